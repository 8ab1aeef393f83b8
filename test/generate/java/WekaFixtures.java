// Writes test/fixtures/weka/*.model with Weka itself, and what each model predicts beside them. Needs
// nz.ac.waikato.cms.weka:weka-stable:3.8.6 (Maven Central):
//   javac -cp LIB/weka-stable-3.8.6.jar -d OUT test/generate/java/WekaFixtures.java
//   java --add-opens java.base/java.lang=ALL-UNNAMED -cp 'OUT:LIB/*' WekaFixtures test/fixtures/weka

import java.nio.file.*;
import java.util.*;
import weka.classifiers.AbstractClassifier;
import weka.classifiers.Classifier;
import weka.classifiers.bayes.NaiveBayes;
import weka.classifiers.functions.*;
import weka.classifiers.trees.*;
import weka.clusterers.SimpleKMeans;
import weka.core.*;

public class WekaFixtures {
  static Instances data(boolean isRegression) {
    ArrayList<Attribute> attributes = new ArrayList<>();
    attributes.add(new Attribute("length"));
    attributes.add(new Attribute("colour", List.of("red", "green", "blue")));
    attributes.add(new Attribute("width"));
    attributes.add(isRegression ? new Attribute("price") : new Attribute("kind", List.of("a", "b", "c")));
    Instances data = new Instances("made", attributes, 0);
    data.setClassIndex(3);
    Random random = new Random(7);
    for (int i = 0; i < 90; i++) {
      double length = Math.round(random.nextGaussian() * 1000) / 1000.0;
      int colour = random.nextInt(3);
      double width = Math.round(random.nextDouble() * 1000) / 100.0;
      double target = isRegression
        ? Math.round((length * 2 + colour - width / 3) * 1000) / 1000.0
        : length > 0.2 ? (colour == 1 ? 0 : 1) : (width > 6 ? 2 : random.nextInt(3));
      data.add(new DenseInstance(1.0, new double[] {length, colour, width, target}));
    }
    return data;
  }

  static StringBuilder json = new StringBuilder("{\n");

  static String hex(double value) {
    return String.format("%016x", Double.doubleToRawLongBits(value));
  }

  static void write(Path folder, String name, Classifier classifier, boolean isRegression, boolean withHeader) throws Exception {
    Instances data = data(isRegression);
    classifier.buildClassifier(data);
    Object[] objects = withHeader ? new Object[] {classifier, new Instances(data, 0)} : new Object[] {classifier};
    SerializationHelper.writeAll(folder.resolve(name + ".model").toString(), objects);
    json.append("  \"").append(name).append("\": [");
    for (int i = 0; i < 30; i++) {
      json.append(i == 0 ? "[" : ", [");
      double[] distribution = classifier.distributionForInstance(data.instance(i));
      for (int k = 0; k < distribution.length; k++) json.append(k == 0 ? "\"" : ", \"").append(hex(distribution[k])).append('"');
      json.append(']');
    }
    json.append("],\n");
  }

  /** Without a header beside it: what its data was is told by the model alone. */
  static void writeAlone(Path folder, String name, boolean isRegression, String line) throws Exception {
    String[] options = Utils.splitOptions(line);
    String className = options[0];
    options[0] = "";
    Classifier classifier = AbstractClassifier.forName(className, options);
    classifier.buildClassifier(data(isRegression));
    SerializationHelper.write(folder.resolve(name + ".model").toString(), classifier);
  }

  static void writeAlone(Path folder) throws Exception {
    writeAlone(folder, "random-sub-space", false, "weka.classifiers.meta.RandomSubSpace -I 2 -W weka.classifiers.trees.RandomTree -- -depth 2");
    writeAlone(folder, "logit-boost", false, "weka.classifiers.meta.LogitBoost -I 1");
    writeAlone(folder, "multi-class", false, "weka.classifiers.meta.MultiClassClassifier -W weka.classifiers.trees.RandomTree -- -depth 2");
    writeAlone(folder, "multilayer-perceptron", false, "weka.classifiers.functions.MultilayerPerceptron -N 1 -H 1");
    writeAlone(folder, "logistic-alone", false, "weka.classifiers.functions.Logistic");
    writeAlone(folder, "smo-reg", true, "weka.classifiers.functions.SMOreg");
    writeAlone(folder, "decision-table", false, "weka.classifiers.rules.DecisionTable");
    SimpleKMeans means = new SimpleKMeans();
    Instances data = data(false);
    data.setClassIndex(-1);
    data.deleteAttributeAt(3);
    means.buildClusterer(data);
    SerializationHelper.write(folder.resolve("simple-k-means.model").toString(), means);
  }

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Files.createDirectories(folder);
    J48 j48 = new J48();
    j48.setConfidenceFactor(0.4f);
    write(folder, "j48", j48, false, true);
    J48 binary = new J48();
    binary.setBinarySplits(true);
    binary.setUseLaplace(true);
    write(folder, "j48-binary", binary, false, false);
    RandomTree tree = new RandomTree();
    tree.setMaxDepth(4);
    write(folder, "random-tree", tree, false, true);
    RandomForest forest = new RandomForest();
    forest.setNumIterations(3);
    forest.setMaxDepth(4);
    write(folder, "random-forest", forest, false, true);
    RandomForest regression = new RandomForest();
    regression.setNumIterations(2);
    regression.setMaxDepth(3);
    write(folder, "random-forest-regression", regression, true, true);
    write(folder, "rep-tree", new REPTree(), false, true);
    write(folder, "rep-tree-regression", new REPTree(), true, true);
    write(folder, "logistic", new Logistic(), false, true);
    write(folder, "naive-bayes", new NaiveBayes(), false, true);
    write(folder, "smo", new SMO(), false, true);
    write(folder, "linear-regression", new LinearRegression(), true, true);
    writeAlone(folder);
    json.append("  \"rows\": [");
    for (int which = 0; which < 2; which++) {
      json.append(which == 0 ? "[" : ", [");
      for (int i = 0; i < 30; i++) {
        double[] row = data(which == 1).instance(i).toDoubleArray();
        json.append(i == 0 ? "" : ", ").append(Arrays.toString(Arrays.copyOf(row, 3)));
      }
      json.append(']');
    }
    Files.writeString(folder.resolve("predictions.json"), json + "]\n}\n");
  }
}
