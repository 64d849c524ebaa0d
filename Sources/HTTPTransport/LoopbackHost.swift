/// Whether a host is this machine to itself: `localhost`, `::1` or a full dotted address in 127.0.0.0/8. Other spellings of the same
/// count as foreign.
package func isLoopbackHost(_ host: some StringProtocol) -> Bool {
    if host == "localhost" || host == "127.0.0.1" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127"
        && parts.allSatisfy { part in UInt8(part).map { String($0) == part } ?? false }
}
