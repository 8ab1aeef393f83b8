# Writes test/fixtures/rds/deferred.rds and deferred.json: texts that R keeps as the numbers they are made of, and what it
# makes of them; and builtins.rds, functions of R's own as text.
#
#     Rscript rds_deferred_fixture.R ../fixtures/rds       (made with R 4.2.2)

folder <- commandArgs(TRUE)[1]
path <- function(name) file.path(folder, name)
numbers <- c(0, 1, -1, 100000, 123456, 1e5 + 0.1, 1e15, 1e-4, 1e-5, 0.1 + 0.2, 1 / 3, 1e300, 1.5e-300, 123456789012, NA, NaN, Inf, -Inf, 2^53, 3e22)
saveRDS(list(later = as.character(numbers), counted = as.character(1:3)), path("deferred.rds"), compress = FALSE)
made <- as.character(numbers)
quoted <- ifelse(is.na(made), "null", encodeString(made, quote = '"'))
writeLines(paste0("[", paste(quoted, collapse = ", "), "]"), path("deferred.json"))
saveRDS(list(`+`, sum), path("builtins.rds"), ascii = TRUE, compress = FALSE)
