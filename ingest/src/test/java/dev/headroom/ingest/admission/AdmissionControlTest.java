package dev.headroom.ingest.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.headroom.ingest.admission.AdmissionControl.Permit;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import org.junit.jupiter.api.Test;

class AdmissionControlTest {
  private final AdmissionControl admission = new AdmissionControl(100);

  private static ErrorCategory refusal(Permit permit, long bytes) {
    return assertThrows(HeadroomException.class, () -> permit.grow(bytes)).category();
  }

  @Test
  void permitsShareWhatThereIs() {
    Permit a = admission.acquire(60);
    try (Permit b = admission.acquire(30)) {
      assertEquals(ErrorCategory.OVERLOADED, refusal(b, 11));
      b.grow(10);
      assertEquals(ErrorCategory.OVERLOADED, refusal(a, 1));
      assertEquals(100, admission.heldBytes());
      a.close();
      a.close();
      assertEquals(40, admission.heldBytes(), "closed once");
      b.grow(60);
    }
    assertEquals(0, admission.heldBytes());
  }

  @Test
  void requestThatNeverFitsIsTold() {
    try (Permit permit = admission.acquire(60)) {
      assertEquals(ErrorCategory.TOO_LARGE, refusal(permit, 41));
      assertEquals(60, admission.heldBytes());
    }
  }
}
