import type { ImportUse } from "../../model/artifact.ts";

const words = (text: string): string[] => text.trim().split(/\s+/);

/**
 * Classes that deserialising them leads from data to running code, by what is publicly known of such chains: a stream in
 * which one of them stands is an attack until proven otherwise. Names that end in a dot are packages. The list cannot be
 * complete: what is on no list is unusual, never clean.
 */
const GADGETS: ReadonlySet<string> = new Set([
  // Functions as data, and collections and comparators that call them.
  ...["org.apache.commons.collections", "org.apache.commons.collections4"].flatMap((root) =>
    words(
      "functors. keyvalue.TiedMapEntry map.LazyMap map.DefaultedMap map.TransformedMap comparators.TransformingComparator " +
        "collection.TransformedCollection list.LazyList",
    ).map((name) => `${root}.${name}`),
  ),
  "org.apache.commons.beanutils.BeanComparator",
  // Bytecode that the file brings.
  ...["com.sun.org.apache.xalan.internal", "org.apache.xalan"].map((root) => `${root}.xsltc.trax.`),
  // Objects that look something up over the network, or start a server.
  ...words(
    "com.sun.rowset.JdbcRowSetImpl com.sun.jndi. javax.naming. com.mchange.v2. java.rmi.server. sun.rmi. java.rmi.activation. " +
      "org.apache.commons.dbcp. org.apache.commons.dbcp2. org.apache.tomcat.dbcp. oracle.jdbc.rowset. weblogic. com.tangosol.",
  ),
  // A stream within the stream.
  ...words("java.security.SignedObject java.rmi.MarshalledObject"),
  // Handlers and values that call what they are given.
  ...words(
    "sun.reflect.annotation.AnnotationInvocationHandler javax.management.BadAttributeValueExpException java.beans.EventHandler " +
      "com.sun.org.apache.xpath.internal.objects.XString sun.swing.SwingLazyValue javax.swing.UIDefaults$ProxyLazyValue " +
      "sun.print.UnixPrintService sun.print.UnixPrintServiceLookup",
  ),
  // Interpreters and expression languages.
  ...words(
    "org.codehaus.groovy.runtime. groovy.lang.Closure groovy.util.Expando bsh. clojure. org.mozilla.javascript. org.python. " +
      "org.jruby. javax.script. javax.el. org.apache.el. org.apache.myfaces. com.sun.el. ognl. org.mvel2. freemarker. ceylon.language.",
  ),
  // Frameworks whose objects reflect on others.
  ...words(
    "org.springframework. org.hibernate. com.rometools.rome.feed.impl. com.sun.syndication.feed.impl. org.jboss. org.apache.click. " +
      "org.apache.wicket.util.upload. org.apache.commons.fileupload.disk. com.vaadin.data.util. org.aspectj.weaver. net.sf.json. " +
      "com.alibaba.fastjson. com.alibaba.fastjson2. com.fasterxml.jackson.databind.node.POJONode com.caucho. com.sun.corba. com.zaxxer.hikari. " +
      "org.eclipse.jetty. org.apache.catalina. org.apache.shiro. org.apache.xbean.",
  ),
]);

/** Packages that models are made of. */
const ORDINARY =
  /^(?:java\.(?:lang(?!\.(?:invoke|reflect)\.)|util|math|time|text|awt|net\.URI$|io\.File$)|javax\.swing\.event|weka|org\.tribuo|com\.oracle\.labs\.mlrg|libsvm|de\.bwaldvogel\.liblinear|opennlp|moa|smile|cc\.mallet|edu\.stanford\.nlp|hex|water|org\.apache\.spark\.(?:ml|mllib|sql\.types)|org\.nd4j|org\.deeplearning4j|no\.uib\.cipr\.matrix|gnu\.trove|it\.unimi\.dsi|com\.carrotsearch\.hppc|org\.apache\.commons\.math3?|com\.google\.common\.(?:collect|primitives)|ml\.dmlc|org\.ejml|org\.jblas|scala)(?:\.|$)/;

/** True for a class that is known from attacks on programs that deserialise. */
export function isGadget(className: string): boolean {
  if (GADGETS.has(className)) return true;
  for (let dot = className.indexOf("."); dot >= 0; dot = className.indexOf(".", dot + 1))
    if (GADGETS.has(className.slice(0, dot + 1))) return true;
  const outer = className.indexOf("$");
  return outer > 0 && GADGETS.has(className.slice(0, outer));
}

export function classOfImport(className: string): ImportUse["class"] {
  if (isGadget(className)) return "dangerous";
  return ORDINARY.test(className) ? "ordinary" : "unusual";
}
