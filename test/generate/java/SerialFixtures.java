// Writes test/fixtures/java/*.ser: what Java's own serialisation makes of collections, boxes, arrays, cycles, classes that
// write themselves. No package beside the JDK's:
//   javac -d OUT test/generate/java/SerialFixtures.java && java -cp OUT SerialFixtures test/fixtures/java

import java.io.*;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.*;
import java.time.*;
import java.util.*;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPOutputStream;

public class SerialFixtures {
  enum Colour { RED, GREEN { @Override public String toString() { return "g"; } } }

  static class Base implements Serializable {
    private static final long serialVersionUID = 7L;
    int count = -3;
    String name = "base";
  }

  static class Model extends Base {
    private static final long serialVersionUID = -2L;
    boolean flag = true;
    byte small = -128;
    char letter = 'é';
    short medium = -300;
    int count = 41;
    long large = Long.MIN_VALUE;
    float single = 0.1f;
    double number = -0.0;
    double odd = Double.longBitsToDouble(0x7ff8000000000001L);
    String text = "a\0b\uD83D\uDE00";
    String nothing = null;
    double[] weights = {1.5, -0.0, Double.NaN, Double.MIN_VALUE};
    double[][] matrix = {{1, 2, 3}, {4, 5, 6}};
    int[][][] cube = {{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}, {{9, 10}, {11, 12}}};
    double[][] ragged = {{1}, {2, 3}};
    double[][] twice;
    long[] longs = {Long.MAX_VALUE, -1};
    boolean[] flags = {true, false};
    byte[] bytes = {-1, 0, 1};
    char[] letters = {'x', 'y'};
    Object self = this;
    Colour[] colours = {Colour.RED, Colour.GREEN};
    Class<?> type = double[].class;
    Model() {
      double[] row = {7, 8};
      twice = new double[][] {row, row};
    }
  }

  /** Writes numbers and an object behind its fields. */
  static class Custom implements Serializable {
    private static final long serialVersionUID = 1L;
    int kept = 5;
    private void writeObject(ObjectOutputStream out) throws IOException {
      out.defaultWriteObject();
      for (int i = 0; i < 400; i++) out.writeInt(i);
      out.writeObject("between");
      out.writeDouble(2.5);
    }
  }

  /** Writes nothing of its fields. */
  static class Silent implements Serializable {
    private static final long serialVersionUID = 1L;
    String lost = "lost";
    private void writeObject(ObjectOutputStream out) throws IOException {
      out.writeInt(1);
    }
  }

  public static class Outside implements Externalizable {
    private static final long serialVersionUID = 1L;
    public Outside() {}
    @Override public void writeExternal(ObjectOutput out) throws IOException {
      out.writeUTF("outside");
      out.writeObject(Integer.valueOf(9));
    }
    @Override public void readExternal(ObjectInput in) {}
  }

  static class OwnList extends ArrayList<String> {
    private static final long serialVersionUID = 1L;
    String label = "own";
  }

  interface Named {}

  static class Handler implements java.lang.reflect.InvocationHandler, Serializable {
    private static final long serialVersionUID = 1L;
    String to = "somebody";
    @Override public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] args) { return null; }
  }

  static Object library() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("ArrayList", new ArrayList<>(List.of("a", 1, 2.5)));
    all.put("LinkedList", new LinkedList<>(List.of("b")));
    all.put("ArrayDeque", new ArrayDeque<>(List.of("c")));
    all.put("CopyOnWriteArrayList", new CopyOnWriteArrayList<>(List.of("d")));
    all.put("HashSet", new HashSet<>(List.of("e")));
    all.put("LinkedHashSet", new LinkedHashSet<>(List.of("f", "g")));
    all.put("TreeSet", new TreeSet<>(List.of("h", "i")));
    all.put("HashMap", new HashMap<>(Map.of("k", 1L)));
    all.put("TreeMap", new TreeMap<>(Map.of("l", (short) 2, "m", (byte) 3)));
    all.put("Hashtable", new Hashtable<>(Map.of("n", 'o')));
    all.put("IdentityHashMap", new IdentityHashMap<>(Map.of("p", true)));
    all.put("ConcurrentHashMap", new ConcurrentHashMap<>(Map.of("q", 1.5f)));
    all.put("EnumMap", new EnumMap<>(Map.of(Colour.RED, "r")));
    all.put("EnumSet", EnumSet.of(Colour.GREEN));
    all.put("Vector", new Vector<>(List.of("s")));
    Stack<String> stack = new Stack<>();
    stack.push("t");
    all.put("Stack", stack);
    all.put("PriorityQueue", new PriorityQueue<>(List.of("u")));
    all.put("asList", Arrays.asList("v", "w"));
    all.put("List.of", List.of("x", "y"));
    all.put("Map.of", Map.of("z", "1"));
    Properties properties = new Properties(new Properties());
    properties.setProperty("key", "value");
    all.put("Properties", properties);
    BitSet bits = new BitSet();
    bits.set(65);
    all.put("BitSet", bits);
    all.put("Random", new Random(5));
    all.put("Date", new Date(1234567890123L));
    all.put("BigInteger", new BigInteger("-123456789012345678901234567890"));
    all.put("zero", BigInteger.ZERO);
    all.put("BigDecimal", new BigDecimal("-12345678901234567890.0123456789"));
    all.put("singleton", Collections.singletonList("one"));
    all.put("unmodifiable", Collections.unmodifiableMap(new HashMap<>(Map.of("a", "b"))));
    return all;
  }

  static Object times() {
    Map<String, Object> all = new LinkedHashMap<>();
    LocalDateTime noon = LocalDateTime.of(2024, 2, 29, 12, 0);
    for (Object time : new Object[] {
      LocalDate.of(2024, 2, 29), LocalDate.of(-5, 1, 2), LocalTime.of(1, 2, 3, 450_000_000), LocalTime.of(7, 0),
      LocalTime.of(7, 5), LocalTime.of(7, 5, 9), noon, noon.atOffset(ZoneOffset.ofHoursMinutes(-3, -30)), noon.atOffset(ZoneOffset.UTC),
      noon.atZone(ZoneId.of("Europe/Rome")), noon.atZone(ZoneOffset.ofHours(2)), Instant.ofEpochSecond(1_700_000_000L, 5),
      Duration.ofSeconds(90, 500_000_000), Period.of(1, 2, 3), Year.of(2020), YearMonth.of(2020, 11), MonthDay.of(3, 4),
      ZoneId.of("Asia/Tokyo"), ZoneOffset.ofTotalSeconds(3661), OffsetTime.of(LocalTime.of(9, 8), ZoneOffset.ofHours(1)),
    })
      all.put(time.getClass().getSimpleName() + all.size(), time);
    return all;
  }

  static byte[] stream(Object... objects) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      for (Object each : objects) out.writeObject(each);
    }
    return bytes.toByteArray();
  }

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Files.createDirectories(folder);
    Files.write(folder.resolve("model.ser"), stream(new Model()));
    Files.write(folder.resolve("library.ser"), stream(library()));
    Files.write(folder.resolve("times.ser"), stream(times()));
    Object proxy = java.lang.reflect.Proxy.newProxyInstance(
      SerialFixtures.class.getClassLoader(), new Class<?>[] {Named.class, Comparable.class}, new Handler());
    Files.write(folder.resolve("custom.ser"), stream(new Custom(), new Silent(), new Outside(), new OwnList() {{ add("x"); }}.clone(), proxy));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeInt(77);
      out.writeUTF("head");
      out.writeObject("first");
      out.reset();
      out.writeUnshared(new int[] {1, 2});
      out.writeObject("l".repeat(70_000));
    }
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("mixed.ser.gz")))) {
      out.write(bytes.toByteArray());
    }
    ArrayList<Object> own = new ArrayList<>();
    own.add(own);
    Files.write(folder.resolve("cycle.ser"), stream(own));
    Object[] chain = null;
    for (int i = 0; i < 600; i++) chain = new Object[] {chain};
    Files.write(folder.resolve("deep.ser"), stream((Object) chain));
    StringBuilder json = new StringBuilder("{\n");
    for (Map.Entry<?, ?> each : ((Map<?, ?>) times()).entrySet())
      json.append("  \"").append(each.getKey()).append("\": \"").append(each.getValue()).append("\",\n");
    Files.writeString(folder.resolve("times.json"), json.substring(0, json.length() - 2) + "\n}\n");
  }
}
