package bindery.feed;

import bindery.log.v1.Command;
import bindery.log.v1.DeleteLink;
import bindery.log.v1.PutLink;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.store.ReadPoint;
import bindery.store.StoreView;
import bindery.v1.DeleteLinkRequest;
import bindery.v1.DeleteLinkResponse;
import bindery.v1.Link;
import bindery.v1.ListLinksResponse;
import bindery.v1.Prefix;
import bindery.v1.PutLinkRequest;
import bindery.v1.PutLinkResponse;
import bindery.v1.SourceSubnet;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Puts, deletes and lists links: checked here as far as no state is needed, decided by the log. */
public final class Links {
  private static final Pattern NAME = Pattern.compile("[\\x21-\\x7e]{1,128}");
  private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final int PARTS_MAX = 4_096;
  static final long SUBNET_ID_MAX = 0xffff_ffffL;

  private final Proposals proposals;
  private final Supplier<CompletableFuture<ReadPoint>> barrier;
  private final Supplier<StoreView> views;

  Links(
      Proposals proposals,
      Supplier<CompletableFuture<ReadPoint>> barrier,
      Supplier<StoreView> views) {
    this.proposals = proposals;
    this.barrier = barrier;
    this.views = views;
  }

  void put(PutLinkRequest request, Caller caller, StreamObserver<PutLinkResponse> response) {
    PutLink.Builder put = PutLink.newBuilder();
    try {
      put.setLink(checked(request.getLink()));
    } catch (IllegalArgumentException e) {
      response.onError(
          Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
      return;
    }
    if (request.hasExpectedVersion()) {
      put.setExpectedVersion(request.getExpectedVersion());
    }
    caller
        .boundTo()
        .ifPresentOrElse(
            sources -> putOwn(put, sources, caller, response), () -> propose(put, response));
  }

  /** By a feeder that is bound to sources; what it was allowed by is what it replaces. */
  private void putOwn(
      PutLink.Builder put,
      Set<String> sources,
      Caller caller,
      StreamObserver<PutLinkResponse> response) {
    behindBarrier(
        response,
        () -> {
          bindery.log.v1.Link held;
          try (StoreView view = views.get()) {
            held = view.topology().byName(put.getLink().getName()).orElse(null);
          }
          Optional<String> obstacle = FeederLinks.obstacle(sources, held, put.getLink());
          long version = held == null ? 0 : held.getVersion();
          if (obstacle.isPresent()) {
            response.onError(
                caller
                    .refuse(
                        "put link " + put.getLink().getName() + ", which " + obstacle.get(),
                        "a link of its own sources, or an operator's certificate")
                    .asRuntimeException());
          } else if (put.hasExpectedVersion() && put.getExpectedVersion() != version) {
            response.onError(
                Status.FAILED_PRECONDITION
                    .withDescription(
                        "link "
                            + put.getLink().getName()
                            + " is at version "
                            + version
                            + " (expected "
                            + put.getExpectedVersion()
                            + ")")
                    .asRuntimeException());
          } else {
            propose(put.setExpectedVersion(version), response);
          }
        });
  }

  /** Goes on once this node has applied what was acknowledged; tells the caller if it cannot. */
  private void behindBarrier(StreamObserver<?> response, Runnable next) {
    var unused =
        barrier
            .get()
            .whenComplete(
                (point, failure) -> {
                  if (point == null) {
                    response.onError(OneCommand.error(failure));
                  } else {
                    next.run();
                  }
                });
  }

  private void propose(PutLink.Builder put, StreamObserver<PutLinkResponse> response) {
    OneCommand.propose(
        proposals,
        Command.newBuilder().setPutLink(put),
        response,
        result ->
            PutLinkResponse.newBuilder()
                .setLink(told(result.getLink().getLink()))
                .setRevision(result.getRevision())
                .setBindingsMoved(result.getLink().getBindingsMoved())
                .setJob(result.getLink().getJob())
                .build());
  }

  void delete(DeleteLinkRequest request, StreamObserver<DeleteLinkResponse> response) {
    DeleteLink.Builder delete = DeleteLink.newBuilder().setName(request.getName());
    if (request.hasExpectedVersion()) {
      delete.setExpectedVersion(request.getExpectedVersion());
    }
    OneCommand.propose(
        proposals,
        Command.newBuilder().setDeleteLink(delete),
        response,
        result ->
            DeleteLinkResponse.newBuilder()
                .setRevision(result.getRevision())
                .setBindingsMoved(result.getLink().getBindingsMoved())
                .setJob(result.getLink().getJob())
                .build());
  }

  void list(StreamObserver<ListLinksResponse> response) {
    behindBarrier(
        response,
        () -> {
          ListLinksResponse.Builder links = ListLinksResponse.newBuilder();
          try (StoreView view = views.get()) {
            view.topology().links().forEach(link -> links.addLinks(told(link)));
            links.setRevision(Math.max(0, view.revision()));
          }
          response.onNext(links.build());
          response.onCompleted();
        });
  }

  /**
   * A link in the log's form.
   *
   * @throws IllegalArgumentException naming the field at fault
   */
  public static bindery.log.v1.Link checked(Link link) {
    if (!NAME.matcher(link.getName()).matches()) {
      throw new IllegalArgumentException(
          "name \"" + link.getName() + "\" (expected 1..128 printable characters, no spaces)");
    }
    int parts = link.getPrefixesCount() + link.getPoolsCount() + link.getAliasesCount();
    if (parts == 0) {
      throw new IllegalArgumentException(
          "link " + link.getName() + " has no prefix, pool or alias (expected at least one)");
    }
    if (parts > PARTS_MAX || link.getSubnetsCount() > PARTS_MAX) {
      throw new IllegalArgumentException(
          "link "
              + link.getName()
              + " has more than "
              + PARTS_MAX
              + " prefixes, pools and aliases,"
              + " or subnets");
    }
    bindery.log.v1.Link.Builder checked = bindery.log.v1.Link.newBuilder().setName(link.getName());
    link.getPrefixesList().forEach(prefix -> checked.addPrefixes(checked("prefixes", prefix)));
    link.getPoolsList().forEach(pool -> checked.addPools(checked("pools", pool)));
    for (ByteString alias : link.getAliasesList()) {
      checked.addAliases(octets(address("aliases", alias)));
    }
    for (SourceSubnet subnet : link.getSubnetsList()) {
      if (!SOURCE.matcher(subnet.getSource()).matches()) {
        throw new IllegalArgumentException(
            "subnets: source \"" + subnet.getSource() + "\" (expected 1..64 of A-Z a-z 0-9 . _ -)");
      }
      if (subnet.getSubnetId() < 0 || subnet.getSubnetId() > SUBNET_ID_MAX) {
        throw new IllegalArgumentException(
            "subnets: id "
                + Long.toUnsignedString(subnet.getSubnetId())
                + " of source "
                + subnet.getSource()
                + " (expected 0..4294967295)");
      }
      checked.addSubnets(
          bindery.log.v1.SourceSubnet.newBuilder()
              .setSource(subnet.getSource())
              .setSubnetId(subnet.getSubnetId()));
    }
    return checked.build();
  }

  private static bindery.log.v1.Prefix checked(String field, Prefix prefix) {
    try {
      Ipv6Prefix valid = new Ipv6Prefix(address(field, prefix.getAddress()), prefix.getLength());
      return bindery.log.v1.Prefix.newBuilder()
          .setAddress(octets(valid.address()))
          .setLength(valid.length())
          .build();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
    }
  }

  private static Ipv6Address address(String field, ByteString octets) {
    if (octets.size() != Ipv6Address.SIZE) {
      throw new IllegalArgumentException(
          field + ": an address of " + octets.size() + " octets (expected 16)");
    }
    return Ipv6Address.of(octets.toByteArray());
  }

  private static ByteString octets(Ipv6Address address) {
    return ByteString.copyFrom(address.toArray());
  }

  private static Link told(bindery.log.v1.Link held) {
    Link.Builder link =
        Link.newBuilder()
            .setId(held.getId())
            .setName(held.getName())
            .addAllAliases(held.getAliasesList())
            .setVersion(held.getVersion());
    held.getPrefixesList().forEach(prefix -> link.addPrefixes(told(prefix)));
    held.getPoolsList().forEach(pool -> link.addPools(told(pool)));
    held.getSubnetsList()
        .forEach(
            subnet ->
                link.addSubnets(
                    SourceSubnet.newBuilder()
                        .setSource(subnet.getSource())
                        .setSubnetId(subnet.getSubnetId())));
    return link.build();
  }

  private static Prefix told(bindery.log.v1.Prefix held) {
    return Prefix.newBuilder().setAddress(held.getAddress()).setLength(held.getLength()).build();
  }
}
