package bindery.admin;

import bindery.v1.CheckStatus;

/**
 * What was found where one thing was looked at that a node's health hangs on.
 *
 * @param text a sentence: what was found, and what is to be done if it is not well
 */
public record HealthCheck(Subject subject, Verdict verdict, String text) {
  /** What is looked at. */
  public enum Subject {
    /** Whether the node has started and does not stop. */
    START("start"),
    /** Whether the cluster has a leader. */
    QUORUM("quorum"),
    /** Whether a majority has answered this node's read barriers of late. */
    READ_BARRIER("read-barrier"),
    /** Whether the node has applied what is committed. */
    APPLY_LAG("apply-lag"),
    /** Whether its disk has room and takes writes; never makes a node unready. */
    DISK("disk"),
    /** Whether the sources tell what they should; never makes a node unready. */
    FEED("feed"),
    /** Whether its clock agrees with the members'; never makes a node unready. */
    CLOCK("clock"),
    /**
     * Whether its certificate and the authority behind it last for a while, and their files can be
     * used; never makes a node unready. Not looked at without TLS.
     */
    TLS("tls");

    private final String label;

    Subject(String label) {
      this.label = label;
    }

    /** In words of pages, metrics and commands. */
    public String label() {
      return label;
    }
  }

  /** How it is. */
  public enum Verdict {
    /** Well. */
    OK,
    /** To be seen to, while the node serves. */
    WARNING,
    /** The node cannot serve. */
    FAILED
  }

  /** That it is well. */
  public static HealthCheck ok(Subject subject, String text) {
    return new HealthCheck(subject, Verdict.OK, text);
  }

  /** That it is to be seen to. */
  public static HealthCheck warning(Subject subject, String text) {
    return new HealthCheck(subject, Verdict.WARNING, text);
  }

  /** That the node cannot serve. */
  public static HealthCheck failed(Subject subject, String text) {
    return new HealthCheck(subject, Verdict.FAILED, text);
  }

  /** Whether there is nothing to be told of it. */
  public boolean isOk() {
    return verdict == Verdict.OK;
  }

  /** The line of it among all checks. */
  String line() {
    return switch (verdict) {
      case OK -> "[+]" + subject.label() + " ok: " + text;
      case WARNING -> "[!]" + subject.label() + " warning: " + text;
      case FAILED -> "[-]" + subject.label() + " failed: " + text;
    };
  }

  /** As the API tells it. */
  CheckStatus status() {
    return CheckStatus.newBuilder()
        .setName(subject.label())
        .setVerdict(
            switch (verdict) {
              case OK -> CheckStatus.Verdict.OK;
              case WARNING -> CheckStatus.Verdict.WARNING;
              case FAILED -> CheckStatus.Verdict.FAILED;
            })
        .setText(text)
        .build();
  }
}
