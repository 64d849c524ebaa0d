import Foundation
import Synchronization

/// The two output streams; whole texts at a time, so that lines of several tasks never mix.
enum Console {
    /// What went wrong with standard output first; `nil` while all that was printed has been written.
    private static let loss = Mutex<String?>(nil)

    /// Why output was lost, if any was.
    static var lostOutput: String? { loss.withLock { $0 } }

    /// Keeps the numbers of streams that the caller closed: the next file or connection would get them, and what is
    /// printed would go there.
    static func occupyClosedStreams() {
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) == -1 {
            _ = open("/dev/null", O_RDWR)
            if stream == STDOUT_FILENO { loss.withLock { $0 = "it is closed" } }
        }
    }

    /// Prints text for people; whatever stands in it, nothing steers the terminal but ``paint(_:_:)``.
    static func print(_ text: String) { print(raw: shown(text)) }

    /// Prints text of this program's own.
    static func print(raw text: String) {
        print(bytes: Array((text + "\n").utf8))
    }

    private static func print(bytes: [UInt8]) {
        guard let number = write(bytes, to: STDOUT_FILENO) else { return }
        loss.withLock { $0 = $0 ?? String(cString: strerror(number)) }
    }

    static func error(_ text: String) { _ = write(Array((shown(text) + "\n").utf8), to: STDERR_FILENO) }

    /// Prints one JSON object and nothing else.
    static func print(json value: some Encodable) throws {
        try print(raw: String(decoding: encoder.encode(value), as: UTF8.self))
    }

    /// Prints one JSON object whose last key is a list, which is written bit by bit: the encoder would need ten times the
    /// room of the text for all of it at once.
    static func print(json value: some Encodable, _ key: String, list: some Sequence<some Encodable>) throws {
        let (encoder, head) = (encoder, try encoder.encode(value))
        var bytes = Array(head.dropLast())
        bytes += "\(head.count > 2 ? "," : "")\"\(key)\":[".utf8
        var isFirst = true
        for element in list {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            bytes += try encoder.encode(element)
            guard bytes.count >= blockSize else { continue }
            print(bytes: bytes)
            bytes.removeAll(keepingCapacity: true)
        }
        print(bytes: bytes + Array("]}\n".utf8))
    }

    private static let blockSize = 65_536

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    /// The number of the error that kept some of the bytes from being written.
    private static func write(_ bytes: [UInt8], to stream: Int32) -> Int32? {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(stream, $0.baseAddress, $0.count) }
            if count >= 0 {
                written += count
            } else if errno == EAGAIN {
                var wait = pollfd(fd: stream, events: Int16(POLLOUT), revents: 0)
                poll(&wait, 1, -1)
            } else if errno != EINTR {
                // A closed pipe (`notify … | head`) is the reader's choice and no failure of the command.
                return errno == EPIPE ? nil : errno
            }
        }
        return nil
    }

    // MARK: Colours

    /// Colours for a terminal that has them, and none for anything else or where `NO_COLOR` says something.
    static let colours = isatty(STDOUT_FILENO) == 1 && wantsColours(ProcessInfo.processInfo.environment)

    static func wantsColours(_ environment: [String: String]) -> Bool {
        environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }

    enum Colour: UInt32 {
        case none = 0
        case red = 31
        case green = 32
        case yellow = 33
        case faint = 2

        /// Stands for the colour until the text is printed: a private character, so that no ESC in a text is ours.
        fileprivate var mark: Unicode.Scalar { Unicode.Scalar(Self.firstMark + rawValue) ?? " " }
        private static let firstMark: UInt32 = 0xF_0000

        fileprivate init?(mark: Unicode.Scalar) {
            guard mark.value >= Self.firstMark else { return nil }
            self.init(rawValue: mark.value - Self.firstMark)
        }
    }

    static func paint(_ text: String, _ colour: Colour) -> String {
        colours ? "\(colour.mark)\(text)\(Colour.none.mark)" : text
    }

    // MARK: Outside text

    /// Outside text made safe for one line of a terminal: control and bidirectional characters are shown by their code.
    static func safe(_ text: String) -> String {
        var safe = ""
        for scalar in text.unicodeScalars { append(scalar, to: &safe) }
        return safe
    }

    /// A text of several lines as it is written to a terminal.
    private static func shown(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars {
            if scalar == "\n" {
                shown.unicodeScalars.append(scalar)
            } else if colours, let colour = Colour(mark: scalar) {
                shown += "\u{1B}[\(colour.rawValue)m"
            } else {
                append(scalar, to: &shown)
            }
        }
        return shown
    }

    private static func append(_ scalar: Unicode.Scalar, to text: inout String) {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF:
            text += "<U+\(String(scalar.value, radix: 16, uppercase: true))>"
        default: text.unicodeScalars.append(scalar)
        }
    }

    // MARK: Lines

    /// Breaks a text into lines of at most `width` columns, at spaces where there are any; the later ones are indented.
    static func wrap(_ text: String, indent: Int, width: Int = 80) -> String {
        let lead = text.prefix { $0 == " " }
        var lines: [String] = []
        var line = String(lead)
        var room = width - lead.count
        var isStart = true
        func breakLine() {
            lines.append(line)
            line = String(repeating: " ", count: indent)
            room = width - indent
            isStart = true
        }
        for word in text.dropFirst(lead.count).split(separator: " ", omittingEmptySubsequences: false) {
            if !isStart, columns(word) + 1 > room { breakLine() }
            for character in isStart ? word : " " + word {
                let columns = columns(String(character)[...])
                if columns > room { breakLine() }
                line.append(character)
                room -= columns
            }
            isStart = false
        }
        return (lines + [line]).joined(separator: "\n")
    }

    /// East Asian characters and emoji take two columns of a terminal.
    private static func columns(_ text: Substring) -> Int {
        text.reduce(0) { $0 + (($1.unicodeScalars.first?.value ?? 0) >= 0x1100 ? 2 : 1) }
    }
}
