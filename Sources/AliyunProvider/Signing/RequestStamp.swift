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

    /// Writes a time and draws 128 random bits.
    package init(at time: WallTime, random: any RandomSource) {
        timestamp = Self.text(of: time.components)
        nonce = random.identifier()
    }

    /// The same as ``NotificationGateway/WallTime/timestamp``, written in place: this stands in the path of every
    /// message.
    private static func text(of time: WallTime.Components) -> String {
        String(unsafeUninitializedCapacity: 20) { output in
            write(time.year / 100, to: output, at: 0)
            write(time.year % 100, to: output, at: 2)
            write(time.month, to: output, at: 5)
            write(time.day, to: output, at: 8)
            write(time.hour, to: output, at: 11)
            write(time.minute, to: output, at: 14)
            write(time.second, to: output, at: 17)
            output[4] = UInt8(ascii: "-")
            output[7] = UInt8(ascii: "-")
            output[10] = UInt8(ascii: "T")
            output[13] = UInt8(ascii: ":")
            output[16] = UInt8(ascii: ":")
            output[19] = UInt8(ascii: "Z")
            return 20
        }
    }

    private static func write(_ number: Int, to output: UnsafeMutableBufferPointer<UInt8>, at index: Int) {
        let number = UInt8(truncatingIfNeeded: number)
        output[index] = UInt8(ascii: "0") + number / 10 % 10
        output[index + 1] = UInt8(ascii: "0") + number % 10
    }
}
