# Writes test/fixtures/rds/models.rda, a model of each of many packages, and schema.json, what each was given: columns in order,
# classes and levels in order, what was chosen; and fit-before.rds, fit-after.rds and kinds.rds, linear models to compare.
#
#     Rscript rds_schema_fixture.R ../fixtures/rds       (made with R 4.2.2, Debian 12's r-cran-randomforest, -ranger, -gbm,
#                                                         -glmnet, -e1071, -caret)

folder <- commandArgs(TRUE)[1]
path <- function(name) file.path(folder, name)
suppressMessages({ library(MASS); library(nnet); library(rpart); library(randomForest); library(ranger); library(gbm); library(glmnet); library(e1071); library(caret) })
set.seed(1)
n <- 24
d <- data.frame(y = round(rnorm(n), 3), height = round(rnorm(n), 2), `body mass` = round(runif(n), 2), site = factor(rep(c("north", "east", "south"), n / 3), levels = c("north", "east", "south")), check.names = FALSE)
d$kind <- factor(ifelse(d$height > 0.3, "tall", ifelse(d$`body mass` > .5, "mid", "low")), levels = c("tall", "low", "mid"))
d$bin <- factor(rep(c("no", "yes", "yes", "no"), n / 4))
d$zero <- as.integer(d$bin) - 1L
three <- c("height", "body mass", "site")
numbers <- c("height", "body mass")
x <- as.matrix(d[, numbers])
kinds <- levels(d$kind); sites <- list(site = levels(d$site))
models <- list(); told <- list()
keep <- function(name, model, features, classes = NULL, levels = NULL, settings = NULL) {
  models[[name]] <<- model
  told[[name]] <<- list(features = features, classes = classes, levels = levels, settings = settings)
}
keep("lm", lm(y ~ height + site, d), c("height", "site"), levels = sites)
keep("glm", glm(bin ~ height + site, binomial, d), c("height", "site"), levels(d$bin), sites, list(family.family = "'binomial'", family.link = "'logit'"))
keep("lda", lda(kind ~ height + site, d), c("height", "site"), kinds, sites)
keep("ldaOfMatrix", lda(x, d$kind), numbers, kinds)
keep("nnet", nnet(kind ~ height + site, d, size = 2, decay = 0.25, trace = FALSE), c("height", "site"), kinds, sites, list(decay = "0.25"))
keep("rpart", rpart(kind ~ height + site, d, cp = 0.125, minsplit = 5), c("height", "site"), kinds, sites, list(control.cp = "0.125"))
keep("randomForest", randomForest(kind ~ height + site, d, ntree = 3), c("height", "site"), kinds, sites, list(ntree = "3.0"))
keep("randomForestOfTable", randomForest(d[, three], d$y, ntree = 2, mtry = 1), three, levels = sites, settings = list(mtry = "1.0"))
keep("unsupervised", randomForest(d[, numbers], ntree = 2), numbers)
keep("ranger", ranger(kind ~ height + site, d, num.trees = 2, min.node.size = 7, replace = FALSE), c("height", "site"), kinds, settings = list("[\"num.trees\"]" = "2.0", "[\"min.node.size\"]" = "7.0", replace = "False"))
keep("gbm", gbm(zero ~ height + site, "bernoulli", d, n.trees = 2, n.minobsinnode = 2, shrinkage = 0.25), c("height", "site"), levels = sites, settings = list(shrinkage = "0.25", distribution.name = "'bernoulli'"))
keep("gbmOfClasses", suppressWarnings(gbm(kind ~ height + site, "multinomial", d, n.trees = 2, n.minobsinnode = 2)), c("height", "site"), kinds, sites)
keep("glmnet", glmnet(x, d$kind, family = "multinomial", nlambda = 3), numbers, kinds)
keep("cv", cv.glmnet(x, d$bin, family = "binomial", nlambda = 3, nfolds = 3), numbers, levels(d$bin))
keep("svm", svm(kind ~ height + site, d, cost = 3), c("height", "site"), kinds, settings = list(cost = "3.0"))
keep("svmOfNumbers", svm(d[, c("height", "zero")], d$y, gamma = 0.5), c("height", "zero"), settings = list(gamma = "0.5"))
keep("naiveBayes", naiveBayes(d[, three], d$kind), three, kinds, sites)
keep("kmeans", kmeans(x, 2), numbers)
keep("prcomp", prcomp(x), numbers)
keep("train", train(d[, three], d$kind, method = "rf", ntree = 2, trControl = trainControl(method = "none"), tuneGrid = data.frame(mtry = 3)), three, kinds, sites, list(bestTune.mtry = "3.0", method = "'rf'"))
here <- list2env(models)
save(list = names(models), envir = here, file = path("models.rda"), version = 3, compress = "xz")

text <- function(v) paste0("[", paste(encodeString(v, quote = '"'), collapse = ", "), "]")
field <- function(name, value) if (is.null(value)) NULL else paste0('"', name, '": ', value)
named <- function(v, of) paste0("{", paste0(encodeString(names(v), quote = '"'), ": ", vapply(v, of, ""), collapse = ", "), "}")
rows <- vapply(told, function(t) paste0("{", paste(c(field("features", text(t$features)), field("classes", if (!is.null(t$classes)) text(t$classes)), field("levels", if (!is.null(t$levels)) named(t$levels, text)), field("settings", if (!is.null(t$settings)) named(t$settings, function(s) encodeString(s, quote = '"')))), collapse = ", "), "}"), "")
writeLines(paste0("{\n", paste0('"', names(rows), '": ', rows, collapse = ",\n"), "\n}"), path("schema.json"))

e <- d
e$site <- factor(rep(c("north", "east", "west", "south"), n / 4), levels = c("north", "east", "west", "south"))
saveRDS(lm(y ~ height + site, d), path("fit-before.rds"))
saveRDS(lm(zero ~ site + height + `body mass`, e), path("fit-after.rds"))
d$height <- factor(d$height > 0)
saveRDS(lm(y ~ height + site, d), path("kinds.rds"))
