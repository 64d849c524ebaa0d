import CCurl
import HTTPTransport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The judgement of addresses: libcurl asks for a socket for each address that it is about to connect to.
extension Exchange {
    /// Has libcurl ask the exchange at `address` for its sockets.
    static func judgeAddresses(at address: UnsafeMutablePointer<Exchange>, on easy: UnsafeMutableRawPointer) -> CURLcode
    {
        let result = ccurl_set_open_socket_callback(easy) { context, _, target in
            guard let context, let target else { return ccurl_no_socket() }
            return context.assumingMemoryBound(to: Exchange.self).pointee.openSocket(to: target)
        }
        guard result == CURLE_OK else { return result }
        return ccurl_set_pointer(easy, CURLOPT_OPENSOCKETDATA, address)
    }

    /// Opens a socket as libcurl would by itself, or refuses; libcurl then goes on to the host's next address.
    private mutating func openSocket(to target: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        // What is neither version of the protocol cannot be judged.
        guard let address = IPAddress(target), addresses.allows(address) else {
            refusedAddresses += 1
            return ccurl_no_socket()
        }
        openedAddresses += 1
        let descriptor = socket(target.pointee.family, target.pointee.socktype, target.pointee.protocol)
        if descriptor >= 0 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        return descriptor
    }
}

extension IPAddress {
    /// The address in a socket address, whose layout is the same on all systems from the fourth byte on.
    fileprivate init?(_ target: UnsafeMutablePointer<curl_sockaddr>) {
        guard let start = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return nil }
        let length = Int(target.pointee.addrlen)
        // The address follows where a `sockaddr` stands, and may be longer than one.
        let bytes = UnsafeRawPointer(target) + start
        switch target.pointee.family {
        case AF_INET where length >= MemoryLayout<sockaddr_in>.size:
            self = .v4(UInt32(bigEndian: (bytes + 4).loadUnaligned(as: UInt32.self)))
        case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
            let high = UInt64(bigEndian: (bytes + 8).loadUnaligned(as: UInt64.self))
            let low = UInt64(bigEndian: (bytes + 16).loadUnaligned(as: UInt64.self))
            self = .v6(UInt128(high) << 64 | UInt128(low))
        default: return nil
        }
    }
}
