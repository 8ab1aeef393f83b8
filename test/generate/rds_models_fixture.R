# Writes test/fixtures/rds/fit.rds, a linear model; code.rds and code.json, functions and calls, and what R reads from them;
# and sequences.rds, vectors that R keeps in forms of their own.
#
#     Rscript rds_models_fixture.R ../fixtures/rds       (made with R 4.2.2)

folder <- commandArgs(TRUE)[1]
path <- function(name) file.path(folder, name)
options(keep.source = TRUE)

rows <- data.frame(y = c(1, 3, 2, 5, 4, 6), x = 1:6, g = factor(c("a", "b", "a", "b", "a", "b")))
saveRDS(lm(y ~ x + g, rows), path("fit.rds"))

counter <- function(start) { total <- start; function(by = 1L, ...) { total <<- total + by; if (total > 10) -total else (total - 1)^2 } }
compiled <- compiler::cmpfun(function(x, n) { for (i in seq_len(n)) x[i, , drop = FALSE]; x$`a b`[[1]] %in% c("q\"\n", NA) && !is.null(x) })
code <- list(
  closure = counter(2.5), compiled = compiled,
  call = quote(fit(formula = y ~ x:z + I(a^2), data = `my data`, n = 1e-300, -1, NULL)),
  loops = quote({ while (TRUE) { if (a <- b) next else break }; repeat f(function(u) u + 1)(2) }),
  held = as.call(list(as.name("f"), rows$y)))
saveRDS(code, path("code.rds"))
line <- function(x) encodeString(x, quote = '"')
written <- c(compiled = "function(x, n) { for (i in seq_len(n)) x[i, , drop = FALSE]; x$`a b`[[1]] %in% c(\"q\\\"\\n\", NA) && !is.null(x) }",
  call = "fit(formula = y ~ x:z + I(a^2), data = `my data`, n = 1e-300, -1, NULL)",
  loops = "{ while (TRUE) { if (a <- b) next else break }; repeat f(function(u) u + 1)(2) }",
  closure = "function(by = 1L, ...) { total <<- total + by; if (total > 10) -total else (total - 1)^2 }")
# What is expected is what R itself reads back as the same code.
without <- function(e) { if (is.call(e)) { e <- as.call(lapply(as.list(e), without)); if (identical(e[[1]], quote(`function`))) e <- e[1:3] }; e }
for (name in names(written)) {
  read <- parse(text = written[[name]], keep.source = FALSE)[[1]]
  whole <- code[[name]]
  same <- if (is.function(whole)) identical(without(body(eval(read))), without(body(utils::removeSource(whole)))) else identical(without(read), without(whole))
  stopifnot(same)
}
writeLines(paste0("{", paste0(line(names(written)), ": ", line(written), collapse = ",\n "), "}"), path("code.json"))

sorted <- sort(c(3, 1, 2, 5, 4, 6, 9, 8, 7, seq(10, 100)))
sorted <- sorted[1:100]; sorted <- sort(sorted); dim(sorted) <- c(10L, 10L)
saveRDS(list(short = 1:5, long = seq_len(2^50), sorted = sorted), path("sequences.rds"))
