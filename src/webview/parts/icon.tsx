/** A codicon: a drawing beside words, so hidden from what reads aloud. */
export function Icon({ name, class: extra = "" }: { readonly name: string; readonly class?: string }) {
  return <span class={`codicon codicon-${name} ${extra}`} aria-hidden="true" />;
}
