// Writes test/fixtures/opennlp/*.bin with OpenNLP itself, and every parameter as OpenNLP holds it beside them. Needs
// org.apache.opennlp:opennlp-tools:1.9.4 (Maven Central):
//   javac -cp LIB/opennlp-tools-1.9.4.jar -d OUT test/generate/java/OpenNlpFixtures.java
//   java -cp OUT:LIB/opennlp-tools-1.9.4.jar OpenNlpFixtures test/fixtures/opennlp

import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import opennlp.tools.dictionary.Dictionary;
import opennlp.tools.doccat.*;
import opennlp.tools.ml.model.*;
import opennlp.tools.postag.*;
import opennlp.tools.tokenize.*;
import opennlp.tools.util.*;
import opennlp.tools.util.model.BaseModel;

public class OpenNlpFixtures {
  static StringBuilder json = new StringBuilder("{\n");

  static TrainingParameters parameters(String algorithm) {
    TrainingParameters parameters = new TrainingParameters();
    parameters.put(TrainingParameters.ALGORITHM_PARAM, algorithm);
    parameters.put(TrainingParameters.ITERATIONS_PARAM, 10);
    parameters.put(TrainingParameters.CUTOFF_PARAM, 0);
    return parameters;
  }

  static DoccatModel categories(String algorithm) throws IOException {
    List<DocumentSample> samples = List.of(
      new DocumentSample("sport", new String[] {"the", "ball", "goal", "été"}),
      new DocumentSample("money", new String[] {"the", "bank", "share"}),
      new DocumentSample("sport", new String[] {"goal", "team"}),
      new DocumentSample("other", new String[] {"rain", "the"}));
    return DocumentCategorizerME.train("en", ObjectStreamUtils.createObjectStream(samples), parameters(algorithm), new DoccatFactory());
  }

  static void write(Path folder, String name, BaseModel model, MaxentModel maxent) throws IOException {
    try (OutputStream out = Files.newOutputStream(folder.resolve(name + ".bin"))) {
      model.serialize(out);
    }
    Object[] data = ((AbstractModel) maxent).getDataStructures();
    @SuppressWarnings("unchecked")
    Map<String, Context> contexts = (Map<String, Context>) data[1];
    json.append("  \"").append(name).append("\": {\"outcomes\": ").append(quoted((String[]) data[2])).append(", \"parameters\": {");
    String comma = "";
    for (Map.Entry<String, Context> each : new TreeMap<>(contexts).entrySet()) {
      json.append(comma).append(quoted(each.getKey())).append(": {");
      comma = ", ";
      for (int k = 0; k < each.getValue().getOutcomes().length; k++)
        json.append(k == 0 ? "" : ", ").append('"').append(each.getValue().getOutcomes()[k]).append("\": \"")
          .append(String.format("%016x", Double.doubleToRawLongBits(each.getValue().getParameters()[k]))).append('"');
      json.append('}');
    }
    json.append("}},\n");
  }

  static String quoted(String... texts) {
    StringBuilder all = new StringBuilder();
    for (String text : texts) all.append(all.length() == 0 ? "" : ", ").append('"').append(text.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    return texts.length == 1 ? all.toString() : "[" + all + "]";
  }

  static MaxentModel held(BaseModel model, String entry) {
    return model.getArtifact(entry);
  }

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Files.createDirectories(folder);
    for (String algorithm : new String[] {"MAXENT", "PERCEPTRON", "NAIVEBAYES"}) {
      DoccatModel model = categories(algorithm);
      write(folder, "doccat-" + algorithm.toLowerCase(Locale.ROOT), model, held(model, "doccat.model"));
    }
    POSDictionary tags = new POSDictionary();
    tags.put("the", "DT");
    tags.put("saw & co", "NN", "VB");
    List<POSSample> samples = List.of(
      new POSSample(new String[] {"the", "dog", "runs"}, new String[] {"DT", "NN", "VB"}),
      new POSSample(new String[] {"a", "cat", "sees"}, new String[] {"DT", "NN", "VB"}));
    POSModel tagger = POSTaggerME.train("en", ObjectStreamUtils.createObjectStream(samples), parameters("MAXENT"), new POSTaggerFactory(null, tags));
    write(folder, "tagger", tagger, held(tagger, "pos.model"));
    Dictionary abbreviations = new Dictionary();
    abbreviations.put(new StringList("Dr."));
    List<TokenSample> tokens = List.of(TokenSample.parse("Dr. Who<SPLIT>, they said<SPLIT>.", "<SPLIT>"), TokenSample.parse("No<SPLIT>!", "<SPLIT>"));
    TokenizerModel tokenizer = TokenizerME.train(
      ObjectStreamUtils.createObjectStream(tokens), new TokenizerFactory("en", abbreviations, false, null), parameters("MAXENT"));
    write(folder, "tokenizer", tokenizer, held(tokenizer, "token.model"));
    Files.write(folder.resolve("parameters.json"), (json.substring(0, json.length() - 2) + "\n}\n").getBytes(StandardCharsets.UTF_8));
  }
}
