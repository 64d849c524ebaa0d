/// Which addresses a transport may connect to, judged after name resolution: a name says nothing about where it leads.
///
/// A URL that somebody else names may lead into the own network (server-side request forgery): by an address in one of its
/// many spellings, by a name with a private address, by a name whose address changes between two look-ups. A transport with
/// a policy asks it about the very address that it is about to connect to.
public struct AddressPolicy: Sendable, Hashable {
    private let isOpen: Bool
    private let exceptions: [AddressRange]

    private init(isOpen: Bool, exceptions: [AddressRange]) {
        self.isOpen = isOpen
        self.exceptions = exceptions
    }

    /// Every address.
    public static let unrestricted = AddressPolicy(isOpen: true, exceptions: [])

    /// Addresses of the public Internet alone, and those of some ranges.
    ///
    /// Refused is what IANA's special-purpose registries do not call globally reachable, and more that leads elsewhere than it
    /// says: loopback, private, shared (100.64/10), link-local (cloud metadata), unique-local, multicast, unspecified,
    /// broadcast, benchmark, documentation and reserved addresses; forms of version 6 that hold an address of version 4 (mapped,
    /// compatible, 6to4, Teredo, NAT64), also where that is public. An exception counts for addresses of its own form: one for
    /// 10.0.0.0/8 does not let `::ffff:10.0.0.1` through.
    public static func publicOnly(allowing exceptions: [AddressRange] = []) -> AddressPolicy {
        AddressPolicy(isOpen: false, exceptions: exceptions)
    }

    /// Whether every address is allowed.
    public var isUnrestricted: Bool { isOpen }

    /// Whether a connection may be made to an address.
    public func allows(_ address: IPAddress) -> Bool {
        isOpen || Self.isPublic(address) || exceptions.contains { $0.contains(address) }
    }

    private static func isPublic(_ address: IPAddress) -> Bool {
        switch address {
        case .v4: !special.contains { $0.contains(address) }
        case .v6: globalUnicast.contains(address) && !specialUnicast.contains { $0.contains(address) }
        }
    }

    /// Source: IANA IPv4 Special-Purpose Address Registry (RFC 6890 and later), and where something else is said.
    private static let special: [AddressRange] = [
        "0.0.0.0/8",  // this network, and the unspecified address
        "10.0.0.0/8",  // private
        "100.64.0.0/10",  // shared with carriers' NAT; a cloud's metadata too
        "127.0.0.0/8",  // loopback
        "168.63.129.16/32",  // the platform of a cloud as its machines see it; not in the registry
        "169.254.0.0/16",  // link-local; clouds' metadata
        "172.16.0.0/12",  // private
        "192.0.0.0/24",  // protocol assignments; a cloud's metadata too
        "192.0.2.0/24",  // documentation
        "192.88.99.0/24",  // relays of 6to4, given up
        "192.168.0.0/16",  // private
        "198.18.0.0/15",  // benchmarks
        "198.51.100.0/24",  // documentation
        "203.0.113.0/24",  // documentation
        "224.0.0.0/4",  // multicast
        "240.0.0.0/4",  // reserved, and broadcast
    ]

    /// All that IANA has given out for the public Internet. Outside of it are loopback, unspecified, mapped, compatible, NAT64,
    /// discard-only, segment routing, unique-local, link-local, site-local and multicast addresses, and what is not given out.
    private static let globalUnicast: AddressRange = "2000::/3"

    /// Source: IANA IPv6 Special-Purpose Address Registry.
    private static let specialUnicast: [AddressRange] = [
        "2001::/23",  // protocol assignments: Teredo, benchmarks, ORCHID and others
        "2001:db8::/32",  // documentation
        "2002::/16",  // 6to4
        "3fff::/20",  // documentation
    ]
}
