package dev.headroom.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.headroom.query.lang.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class SearchCommandTest {
  private static void check(String answer, String out, String err) {
    byte[] bytes = answer.replace('\'', '"').getBytes(UTF_8);
    var printed = new StringWriter();
    var complained = new StringWriter();
    SearchCommand.print(
        SearchCommand.members(Json.read(bytes, 0, bytes.length)),
        new PrintWriter(printed),
        new PrintWriter(complained));
    assertEquals(out, printed.toString());
    assertEquals(err, complained.toString());
  }

  @Test
  void tablesHaveAColumnForEachField() {
    check(
        "{'columns':['_time','error','values(route)'],'rows':["
            + "['2026-11-24T10:00:00Z',12,['/a','/b']],['2026-11-24T11:00:00Z',null,[]]],"
            + "'total':12,'totalIsExact':true,'partial':false,'reasons':[]}",
        """
        _time                 error  values(route)
        2026-11-24T10:00:00Z  12     [/a,/b]
        2026-11-24T11:00:00Z         []
        """,
        "");
  }

  @Test
  void headingsOutOfRecordsCannotSteerTheTerminal() {
    check(
        "{'columns':['\\u001b[2Jx'],'rows':[['\\u001b[2Jy']],'partial':true,'reasons':['memory']}",
        Terminal.safe("\u001b[2Jx") + "\n" + Terminal.safe("\u001b[2Jy") + "\n",
        "partial answer: memory\n");
  }

  @Test
  void recordsShowWhatStagesAdded() {
    check(
        "{'hits':[{'_time':'2026-11-24T10:00:00Z','_stream':'web','_index':'web','_id':'1',"
            + "'level':'info','message':'took 7','took':7}],"
            + "'total':1,'totalIsExact':true,'partial':false,'reasons':[]}",
        "2026-11-24T10:00:00Z web info took 7 took=7\n",
        "1 of 1 records\n");
  }
}
