import HTTPProviderSupport
package import NotificationGateway

/// What makes a request unlike every other: when it was made, and a number used once.
///
/// The same stamp, call and key give the same bytes, so a request can be made again to be looked at.
package struct RequestStamp: Sendable, Hashable {
    /// `yyyy-MM-ddTHH:mm:ssZ`, GMT.
    package var timestamp: String
    /// At most 64 characters; 32 hexadecimal digits where we draw it.
    package var nonce: String

    /// Takes given values.
    package init(timestamp: String, nonce: String) {
        self.timestamp = timestamp
        self.nonce = nonce
    }

    /// Reads the clock and draws 128 random bits.
    package init(clock: any GatewayClock, random: any RandomSource) {
        timestamp = clock.wallTime.timestamp
        var writer = ByteWriter(capacity: 32)
        let bits = (random.next().bigEndian, random.next().bigEndian)
        withUnsafeBytes(of: bits) { writer.appendHex($0) }
        nonce = writer.string
    }
}
