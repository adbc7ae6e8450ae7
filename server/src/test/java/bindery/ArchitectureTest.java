package bindery;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between packages: which may use which, and which engine is seen where. */
@AnalyzeClasses(packages = "bindery", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String[] FRONTS = {
    "bindery.leasequery..", "bindery.feed..", "bindery.admin.."
  };

  @ArchTest
  static final ArchRule MODEL_KNOWS_THE_JDK_ALONE =
      classes()
          .that()
          .resideInAPackage("bindery.model..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("bindery.model..", "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule STORE_KNOWS_NOTHING_ABOVE_IT =
      noClasses()
          .that()
          .resideInAPackage("bindery.store..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "bindery.raft..",
              "bindery.wire..",
              "bindery.query..",
              "bindery.leasequery..",
              "bindery.feed..",
              "bindery.admin..",
              "bindery.node..",
              "bindery.cli..");

  @ArchTest
  static final ArchRule RAFT_KNOWS_NOTHING_ABOVE_IT =
      noClasses()
          .that()
          .resideInAPackage("bindery.raft..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "bindery.wire..",
              "bindery.query..",
              "bindery.leasequery..",
              "bindery.feed..",
              "bindery.admin..",
              "bindery.node..",
              "bindery.cli..");

  @ArchTest
  static final ArchRule WIRE_DOES_NO_IO =
      classes()
          .that()
          .resideInAPackage("bindery.wire..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "bindery.wire..",
              "bindery.model..",
              "java.lang..",
              "java.util..",
              "java.nio..",
              "org.jspecify..",
              "com.google.errorprone.annotations..");

  @ArchTest
  static final ArchRule QUERY_KNOWS_STORE_AND_WIRE_ALONE =
      noClasses()
          .that()
          .resideInAPackage("bindery.query..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "bindery.raft..",
              "bindery.leasequery..",
              "bindery.feed..",
              "bindery.admin..",
              "bindery.node..",
              "bindery.cli..",
              "io.netty..",
              "io.grpc..");

  @ArchTest
  static final ArchRule FRONTS_DO_NOT_KNOW_THE_NODE =
      noClasses()
          .that()
          .resideInAnyPackage(FRONTS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("bindery.node..", "bindery.cli..", "bindery.kea..");

  @ArchTest
  static final ArchRule COMMANDS_TALK_OVER_THE_NETWORK_ALONE =
      noClasses()
          .that()
          .resideInAnyPackage(
              "bindery.cli..", "bindery.client..", "bindery.feeder..", "bindery.kea..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "bindery.store..",
              "bindery.raft..",
              "bindery.query..",
              "bindery.leasequery..",
              "bindery.feed..",
              "bindery.admin..",
              "bindery.node..");

  @ArchTest
  static final ArchRule THE_REQUESTOR_KNOWS_WIRE_AND_MODEL_ALONE =
      classes()
          .that()
          .resideInAPackage("bindery.client..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "bindery.client..",
              "bindery.wire..",
              "bindery.model..",
              "java..",
              "org.jspecify..",
              "com.google.errorprone.annotations..");

  @ArchTest
  static final ArchRule CONNECTORS_DO_NOT_KNOW_THE_COMMANDS =
      noClasses()
          .that()
          .resideInAnyPackage("bindery.feeder..", "bindery.kea..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("bindery.cli..", "bindery.client..", "picocli..");

  @ArchTest
  static final ArchRule ROCKSDB_IS_SEEN_BY_THE_STORE_ALONE =
      noClasses()
          .that()
          .resideOutsideOfPackage("bindery.store..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.rocksdb..");

  @ArchTest
  static final ArchRule RATIS_IS_SEEN_BY_RAFT_ALONE =
      noClasses()
          .that()
          .resideOutsideOfPackage("bindery.raft..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.ratis..");

  @ArchTest
  static final ArchRule NETTY_IS_SEEN_BY_THE_WIRES_ENDS_ALONE =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "bindery.leasequery..",
              "bindery.feed..",
              "bindery.feeder..",
              "bindery.admin..",
              "bindery.kea.ha..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..");

  @ArchTest
  static final ArchRule THE_STORE_READS_NO_CLOCK_AND_NO_CHANCE =
      noClasses()
          .that()
          .resideInAPackage("bindery.store..")
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .dependOnClassesThat()
          .belongToAnyOf(
              java.time.Clock.class, java.util.Random.class, java.security.SecureRandom.class);

  @ArchTest
  static final ArchRule NO_CYCLES = slices().matching("bindery.(*)..").should().beFreeOfCycles();
}
