import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { type ParsedXml, parseXml } from "../../../../src/core/bytes/xml/parse.ts";
import { xmlRoot } from "../../../../src/core/bytes/xml/root.ts";
import { quietWork } from "../../../../src/core/work.ts";

const utf8 = new TextEncoder();
const parse = (text: string | Uint8Array): Promise<ParsedXml> =>
  parseXml(fromBytes(typeof text === "string" ? utf8.encode(text) : text, "a.xml"), quietWork());
const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const utf16 = (text: string, isLittle: boolean): Uint8Array => {
  const bytes = Uint8Array.from(Buffer.from(text, "utf16le"));
  return isLittle ? bytes : Uint8Array.from(Buffer.from(bytes).swap16());
};

describe("an XML text", () => {
  it("is elements, attributes and texts", async () => {
    const { document, error } = await parse(
      `<?xml version="1.0"?><!-- a --><a x='1' y="&lt;&#65;&#x42;"><b/>one <c>two</c><![CDATA[<&]]></a>\n<!-- end -->`,
    );
    expect(error).toBeUndefined();
    const root = document.root;
    expect(root?.attributes.map(({ name }) => name)).toEqual(["x", "y"]);
    expect([root?.attribute("x"), root?.attribute("y")]).toEqual(["1", "<AB"]);
    expect(root?.children.map(({ name }) => name)).toEqual(["b", "c"]);
    expect([root?.text, root?.child("c")?.text]).toEqual(["one <&", "two"]);
  });

  it("has prefixes that stand for addresses, in reach of what declares them", async () => {
    const { document } = await parse(`<p:a xmlns:p="urn:p"><b xmlns="urn:d"><c/><p:d/></b><q:e/></p:a>`);
    const b = document.root?.child("b");
    expect([document.root?.name, document.root?.namespace]).toEqual(["a", "urn:p"]);
    expect([b?.namespace, b?.child("c")?.namespace, b?.child("d")?.namespace]).toEqual(["urn:d", "urn:d", "urn:p"]);
    expect(document.root?.child("e")?.namespace).toBeUndefined();
  });

  it.each<[string, Uint8Array, string]>([
    ["UTF-8", utf8.encode(`\ufeff<a x="é">ü</a>`), "UTF-8"],
    ["UTF-16, the small byte first", Uint8Array.of(0xff, 0xfe, ...utf16(`<a x="é">ü</a>`, true)), "UTF-16LE"],
    ["UTF-16, the large byte first", Uint8Array.of(0xfe, 0xff, ...utf16(`<a x="é">ü</a>`, false)), "UTF-16BE"],
    ["UTF-16 without a mark", utf16(`<a x="é">ü</a>`, true), "UTF-16LE"],
    ["ISO-8859-1", latin1(`<?xml version="1.0" encoding="ISO-8859-1"?><a x="\xe9">\xfc</a>`), "ISO-8859-1"],
    ["Windows-1252", latin1(`<?xml version="1.0" encoding='windows-1252'?><a x="\xe9">\xfc</a>`), "windows-1252"],
  ])("is read in %s", async (_, bytes, encoding) => {
    const parsed = await parse(bytes);
    expect([parsed.encoding, parsed.error, parsed.isText]).toEqual([encoding, undefined, true]);
    expect([parsed.document.root?.attribute("x"), parsed.document.root?.text]).toEqual(["é", "ü"]);
  });

  it("in another encoding is refused by name", async () => {
    await expect(parse(`<?xml version="1.0" encoding="EBCDIC"?><a/>`)).rejects.toThrow(/encoding "EBCDIC"/);
  });

  it("that is not what it says of its encoding tells so", async () => {
    expect((await parse(latin1("<a>\xfc</a>"))).isText).toBe(false);
  });

  it("expands no entity, whatever it declares", async () => {
    const bomb = `<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;"> <!ENTITY % d SYSTEM "file:///etc/passwd">]><a x="&c;">&b;</a>`;
    const parsed = await parse(bomb);
    expect(parsed.error).toBeUndefined();
    expect([parsed.declaredEntities, parsed.entityReferences]).toEqual([3, 2]);
    expect([parsed.document.root?.attribute("x"), parsed.document.root?.text]).toEqual(["&c;", "&b;"]);
  });

  it("steps over a document type with brackets, quotes and comments in it", async () => {
    const parsed = await parse(`<!DOCTYPE a SYSTEM "x>y" [<!ELEMENT a (b)> <!-- ]> --> <?p ]> ?>]><a/>`);
    expect([parsed.error, parsed.document.root?.name]).toEqual([undefined, "a"]);
  });

  it.each<[string, string, RegExp]>([
    ["an end tag of another element", "<a>\n<b></c></a>", /line 2, column 4 \(byte 7\).*<\/c> for <b>/],
    ["an end tag of none", "<a/></b>", /which is not open/],
    ["a second root", "<a/><b/>", /second element/],
    ["text behind the root", "<a/>b", /text outside/],
    ["an attribute twice", `<a x="1" x="2"/>`, /x twice/],
    ["an attribute without quotes", "<a x=1/>", /name="value"/],
    ["attributes that touch", `<a x="1"y="2"/>`, /not apart/],
    ["a < in an attribute", `<a x="<"/>`, /a < in an attribute/],
    ["an & alone", "<a>b & c</a>", /begins no reference/],
    ["a reference to no character", "<a>&#0;</a>", /no character/],
    ["a tag without a name", "<a>< /a>", /without a name/],
    ["a declaration inside", "<a><!ELEMENT b></a>", /declaration/],
    ["an open element", "<a><b>", /the text ends in line 1/],
    ["an open comment", "<a><!-- ", /no -->/],
    ["nothing", "  ", /no element/],
  ])("stops at %s", async (_, text, message) => {
    expect((await parse(text)).error?.message).toMatch(message);
  });

  it("keeps what stands before the place where it stops", async () => {
    const { document, error } = await parse(`<a><b x="1"/><c x="2">text</d>`);
    expect(error).toBeDefined();
    expect(document.root?.children.map((child) => child.attribute("x"))).toEqual(["1", "2"]);
  });

  it("has limits for elements in each other and for attributes", async () => {
    expect((await parse("<a>".repeat(30_000))).error?.message).toMatch(/elements in each other.*limit/);
    const many = Array.from({ length: 2000 }, (_, i) => `a${i}="1"`).join(" ");
    expect((await parse(`<a ${many}/>`)).error?.message).toMatch(/attributes of an element.*limit/);
  });
});

describe("the first element", () => {
  it.each<[string, string | undefined]>([
    ["<PMML version='4.4'>", "PMML"],
    ["\ufeff <?xml version='1.0'?>\n<!-- <b> --><!DOCTYPE c [<!ENTITY d 'e'>]><p:net a='1'>", "net"],
    ["<!-- no end", undefined],
    ["{}", undefined],
    ["", undefined],
  ])("of %j is %s", (text, name) => {
    expect(xmlRoot(utf8.encode(text))?.name).toBe(name);
  });
});
