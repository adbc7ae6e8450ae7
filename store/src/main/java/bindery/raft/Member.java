package bindery.raft;

/**
 * A voter of the group.
 *
 * @param name unique in the cluster; also its Raft peer id
 * @param address host and port of its Raft endpoint, an IPv6 host in brackets
 */
public record Member(String name, String address) {}
