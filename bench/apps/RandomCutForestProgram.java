// AWS's own random cut forest on rows from files: updates with all of one, scores of all of the other, on one thread; prints the
// CPU seconds of both, and writes the scores. Usage: java -cp JAR RandomCutForestProgram.java FOLDER TREES SAMPLES COLUMNS
import com.amazon.randomcutforest.RandomCutForest;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

public class RandomCutForestProgram {
  public static void main(String[] words) throws Exception {
    Path folder = Path.of(words[0]);
    int columns = Integer.parseInt(words[3]);
    float[][] train = read(folder.resolve("train.raw"), columns), test = read(folder.resolve("test.raw"), columns);
    var clock = ManagementFactory.getThreadMXBean();
    // Twice, with another seed each: what is measured is the second run, when the machine has compiled the methods.
    for (int round = 0; round < 2; ++round) {
      var forest = RandomCutForest.builder().dimensions(columns).numberOfTrees(Integer.parseInt(words[1]))
          .sampleSize(Integer.parseInt(words[2])).randomSeed(round).parallelExecutionEnabled(false).build();
      long began = clock.getCurrentThreadCpuTime();
      for (float[] row : train) forest.update(row);
      long updated = clock.getCurrentThreadCpuTime();
      var scores = ByteBuffer.allocate(8 * test.length).order(ByteOrder.LITTLE_ENDIAN);
      for (float[] row : test) scores.putDouble(forest.getAnomalyScore(row));
      long scored = clock.getCurrentThreadCpuTime();
      Files.write(folder.resolve("scores-" + round + ".raw"), scores.array());
      if (round == 1) System.out.println((updated - began) / 1e9 + " " + (scored - updated) / 1e9);
    }
  }

  private static float[][] read(Path path, int columns) throws Exception {
    var floats = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[][] rows = new float[floats.remaining() / columns][columns];
    for (float[] row : rows) floats.get(row);
    return rows;
  }
}
