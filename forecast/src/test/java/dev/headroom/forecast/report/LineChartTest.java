package dev.headroom.forecast.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class LineChartTest {
  private static final long DAY = 86_400_000;

  @Test
  void everyTextIsEscaped() throws Exception {
    String svg = chart("<script>alert('x')</script> & \"co\" \u0001", "</svg><b>");
    assertFalse(svg.contains("<script"));
    assertFalse(svg.contains("<b>"));
    assertEquals("svg", parse(svg).getDocumentElement().getNodeName());
  }

  @Test
  void gapsBreakTheLine() throws Exception {
    String svg =
        LineChart.builder()
            .history(new long[] {0, DAY, 2 * DAY, 3 * DAY}, new double[] {1, 2, Double.NaN, 3})
            .render();
    parse(svg);
    assertFalse(svg.contains("NaN"));
    String line = svg.substring(svg.indexOf("stroke-linejoin"));
    line = line.substring(line.indexOf(" d=\"") + 4);
    line = line.substring(0, line.indexOf('"'));
    assertEquals(2, line.chars().filter(c -> c == 'M').count(), line);
  }

  @Test
  void emptyConstantAndInfiniteChartsRender() throws Exception {
    parse(LineChart.builder().title("nothing").render());
    String constant = LineChart.builder().history(new long[] {5}, new double[] {7}).render();
    parse(constant);
    String infinite =
        LineChart.builder()
            .forecastTimes(new long[] {0, DAY})
            .band("95 %", new double[] {0, 0}, new double[] {1, Double.POSITIVE_INFINITY})
            .limit(Double.POSITIVE_INFINITY, "no limit")
            .render();
    parse(infinite);
    assertFalse(infinite.contains("Infinity"));
  }

  @Test
  void markersOutsideTheTimesAreLeftOut() {
    String svg = chart("t", "inside");
    assertTrue(svg.contains("inside"));
    assertFalse(
        LineChart.builder()
            .history(new long[] {0, DAY}, new double[] {1, 2})
            .marker(99 * DAY, "outside")
            .render()
            .contains("outside"));
  }

  @Test
  void lengthsMustAgree() {
    assertThrows(
        IllegalArgumentException.class,
        () -> LineChart.builder().history(new long[] {1}, new double[2]));
  }

  @Test
  void bytesCountInPowersOf1024() {
    assertEquals("1.5 GiB", Quantity.format(1.5 * (1L << 30), "B"));
    assertEquals("2 MiB/s", Quantity.format(2 << 20, "B/s"));
    assertEquals("1.5k", Quantity.format(1500, ""));
    assertEquals("-12.3%", Quantity.format(-12.34, "%"));
    assertEquals("0 B", Quantity.format(0, "B"));
    assertEquals("–", Quantity.format(Double.NaN, "B"));
  }

  private static String chart(String title, String label) {
    return LineChart.builder()
        .title(title)
        .unit("B")
        .history(new long[] {0, DAY, 2 * DAY}, new double[] {1e9, 2e9, 3e9})
        .forecastTimes(new long[] {3 * DAY, 4 * DAY})
        .band("95 %", new double[] {2e9, 2e9}, new double[] {5e9, 6e9})
        .band("80 %", new double[] {3e9, 3e9}, new double[] {4e9, 5e9})
        .median(new double[] {3.5e9, 4e9})
        .limit(5.5e9, label)
        .marker(4 * DAY, label)
        .render();
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }
}
