// Writes test/fixtures/tribuo/*.pb with Tribuo itself, and what the models hold or predict beside them. Needs, of
// org.tribuo 4.3.2 (Maven Central): tribuo-classification-sgd, -classification-tree, -classification-libsvm, -classification-liblinear,
// -regression-sgd, -regression-tree, -clustering-kmeans, and what they need:
//   javac -cp 'LIB/*' -d OUT test/generate/java/TribuoFixtures.java
//   java -cp 'OUT:LIB/*' TribuoFixtures test/fixtures/tribuo

import java.nio.file.*;
import java.util.*;
import org.tribuo.*;
import org.tribuo.classification.*;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.ensemble.VotingCombiner;
import org.tribuo.classification.liblinear.LibLinearClassificationTrainer;
import org.tribuo.classification.libsvm.*;
import org.tribuo.classification.sgd.linear.*;
import org.tribuo.clustering.*;
import org.tribuo.clustering.kmeans.*;
import org.tribuo.common.libsvm.*;
import org.tribuo.common.tree.RandomForestTrainer;
import org.tribuo.datasource.ListDataSource;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.la.*;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.*;
import org.tribuo.regression.rtree.CARTRegressionTrainer;

public class TribuoFixtures {
  static final String[] NAMES = {"length", "width", "depth"};
  static StringBuilder json = new StringBuilder("{\n");

  static double[][] rows() {
    Random random = new Random(3);
    double[][] rows = new double[40][3];
    for (double[] row : rows) for (int k = 0; k < 3; k++) row[k] = Math.round(random.nextGaussian() * 1000) / 1000.0;
    return rows;
  }

  static <T extends Output<T>> MutableDataset<T> data(OutputFactory<T> factory, java.util.function.Function<double[], T> output) {
    List<Example<T>> examples = new ArrayList<>();
    for (double[] row : rows()) examples.add(new ArrayExample<>(output.apply(row), NAMES, row));
    return new MutableDataset<>(new ListDataSource<>(examples, factory, new SimpleDataSourceProvenance("made", factory)));
  }

  static MutableDataset<Label> labels() {
    return data(new LabelFactory(), row -> new Label(row[0] > 0.3 ? "red" : row[1] > 0 ? "green" : "blue"));
  }

  static String hex(double value) {
    return "\"" + String.format("%016x", Double.doubleToRawLongBits(value)) + "\"";
  }

  static <T extends Output<T>> void scores(String name, Model<T> model, T any, List<String> order) {
    json.append("  \"").append(name).append("\": [");
    for (int i = 0; i < 10; i++) {
      Prediction<T> prediction = model.predict(new ArrayExample<>(any, NAMES, rows()[i]));
      json.append(i == 0 ? "[" : ", [");
      for (int k = 0; k < order.size(); k++) {
        Object output = prediction.getOutput();
        double value = output instanceof Regressor regressor
          ? regressor.getValues()[k]
          : ((Label) (Object) prediction.getOutputScores().get(order.get(k))).getScore();
        json.append(k == 0 ? "" : ", ").append(hex(value));
      }
      json.append(']');
    }
    json.append("],\n");
  }

  static List<String> outputs(Model<Label> model) {
    List<String> names = new ArrayList<>();
    ImmutableOutputInfo<Label> info = model.getOutputIDInfo();
    for (int k = 0; k < info.size(); k++) names.add(info.getOutput(k).getLabel());
    return names;
  }

  static void matrix(String name, Tensor tensor) {
    DenseMatrix matrix = (DenseMatrix) tensor;
    json.append("  \"").append(name).append("\": [");
    for (int i = 0; i < matrix.getDimension1Size(); i++) {
      json.append(i == 0 ? "[" : ", [");
      for (int k = 0; k < matrix.getDimension2Size(); k++) json.append(k == 0 ? "" : ", ").append(hex(matrix.get(i, k)));
      json.append(']');
    }
    json.append("],\n");
  }

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Files.createDirectories(folder);
    java.util.logging.LogManager.getLogManager().reset();

    LinearSGDModel linear = new LogisticRegressionTrainer().train(labels());
    linear.serializeToFile(folder.resolve("linear.pb"));
    matrix("linear", linear.getWeightsCopy());

    Model<Label> tree = new CARTClassificationTrainer(4).train(labels());
    tree.serializeToFile(folder.resolve("tree.pb"));
    json.append("  \"labels\": ").append(outputs(tree).stream().map(each -> "\"" + each + "\"").toList()).append(",\n");
    scores("tree", tree, new Label("red"), outputs(tree));

    Model<Label> forest = new RandomForestTrainer<>(new CARTClassificationTrainer(3, 0.7f, 1L), new VotingCombiner(), 2).train(labels());
    forest.serializeToFile(folder.resolve("forest.pb"));

    Model<Label> machine = new LibSVMClassificationTrainer(new SVMParameters<>(
      new SVMClassificationType(SVMClassificationType.SVMMode.C_SVC), KernelType.RBF)).train(labels());
    machine.serializeToFile(folder.resolve("svm.pb"));

    Model<Label> liblinear = new LibLinearClassificationTrainer().train(labels());
    liblinear.serializeToFile(folder.resolve("liblinear.pb"));

    MutableDataset<Regressor> numbers = data(new RegressionFactory(), row -> new Regressor(
      new String[] {"sum", "twice"}, new double[] {row[0] + row[1], 2 * row[2]}));
    Model<Regressor> regression = new CARTRegressionTrainer(3).train(numbers);
    regression.serializeToFile(folder.resolve("regression-trees.pb"));
    org.tribuo.regression.sgd.linear.LinearSGDModel slopes = new org.tribuo.regression.sgd.linear.LinearSGDTrainer(
      new org.tribuo.regression.sgd.objectives.SquaredLoss(), new AdaGrad(0.1), 3, 1, 1L).train(numbers);
    slopes.serializeToFile(folder.resolve("regression.pb"));
    matrix("regression", slopes.getWeightsCopy());

    KMeansModel clusters = new KMeansTrainer(2, 5, new org.tribuo.math.distance.L2Distance(), 1, 1L).train(data(new ClusteringFactory(), row -> ClusteringFactory.UNASSIGNED_CLUSTER_ID));
    clusters.serializeToFile(folder.resolve("clusters.pb"));
    json.append("  \"clusters\": [");
    String comma = "";
    for (DenseVector centre : clusters.getCentroidVectors()) {
      json.append(comma).append('[');
      for (int k = 0; k < centre.size(); k++) json.append(k == 0 ? "" : ", ").append(hex(centre.get(k)));
      json.append(']');
      comma = ", ";
    }
    json.append("],\n  \"rows\": ").append(Arrays.deepToString(Arrays.copyOf(rows(), 10))).append("\n}\n");
    Files.writeString(folder.resolve("values.json"), json);
  }
}
