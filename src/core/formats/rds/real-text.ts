/**
 * A number as R's `as.character` writes it where it was not done before it was saved: up to 15 significant digits, as few
 * as are needed for these, and with an exponent where that is shorter by more than `scipen` (format.c, formatReal).
 */
export function realText(value: number, scipen: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Inf" : "-Inf";
  if (value === 0) return "0";
  const [digits = "", power = "0"] = Math.abs(value).toExponential(14).split("e");
  const significant = digits.replace(".", "").replace(/0+$/, "");
  const exponent = Number(power);
  const sign = value < 0 ? "-" : "";
  const decimals = Math.max(0, significant.length - exponent - 1);
  const fixedWidth = Math.max(1, exponent + 1) + (decimals > 0 ? decimals + 1 : 0);
  const scientificWidth = significant.length + (significant.length > 1 ? 1 : 0) + (Math.abs(exponent) >= 100 ? 5 : 4);
  if (fixedWidth <= scientificWidth + scipen) return sign + fixed(Math.abs(value), significant, decimals);
  const mantissa = significant.length > 1 ? `${significant[0]}.${significant.slice(1)}` : significant;
  return `${sign}${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** Without an exponent. A whole number has all of its digits, also those behind the 15th. */
function fixed(value: number, significant: string, decimals: number): string {
  if (decimals === 0) return value < 1e21 ? value.toFixed(0) : BigInt(value).toString();
  const padded = significant.padStart(decimals + 1, "0");
  return `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
}
