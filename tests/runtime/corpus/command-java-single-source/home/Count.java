import java.nio.file.*;
public class Count {
    public static void main(String[] a) throws Exception {
        try (var lines = Files.lines(Path.of(a[0]))) {
            System.out.println(lines.filter(l -> l.contains("<page>")).count());
        }
    }
}
