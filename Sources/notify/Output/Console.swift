import Foundation

/// The two output streams; whole texts at a time, so that lines of several tasks never mix.
enum Console {
    static func print(_ text: String) { write(text, to: .standardOutput) }

    static func error(_ text: String) { write(text, to: .standardError) }

    /// Prints one JSON object and nothing else.
    static func print(json value: some Encodable) throws {
        try print(String(decoding: encoder.encode(value), as: UTF8.self))
    }

    /// Prints one JSON object whose last key is a list, which is written bit by bit: the encoder would need ten times the
    /// room of the text for all of it at once.
    static func print(json value: some Encodable, _ key: String, list: some Sequence<some Encodable>) throws {
        let (encoder, head) = (encoder, try encoder.encode(value))
        var bytes = head.dropLast()
        bytes.append(contentsOf: "\(head.count > 2 ? "," : "")\"\(key)\":[".utf8)
        var isFirst = true
        for element in list {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            bytes.append(try encoder.encode(element))
            guard bytes.count >= blockSize else { continue }
            write(bytes, to: .standardOutput)
            bytes = Data()
        }
        bytes.append(contentsOf: "]}\n".utf8)
        write(bytes, to: .standardOutput)
    }

    private static let blockSize = 65_536

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    private static func write(_ text: String, to stream: FileHandle) { write(Data((text + "\n").utf8), to: stream) }

    private static func write(_ bytes: Data, to stream: FileHandle) {
        // A closed pipe (`notify … | head`) is the reader's choice and no failure of the command.
        try? stream.write(contentsOf: bytes)
    }

    /// Colours for a terminal, and none for anything else or where `NO_COLOR` is set.
    static let colours = isatty(1) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil

    enum Colour: Int {
        case red = 31
        case green = 32
        case yellow = 33
        case faint = 2
    }

    static func paint(_ text: String, _ colour: Colour) -> String {
        colours ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Outside text made safe for a terminal: control and bidirectional characters are shown by their code.
    static func safe(_ text: String) -> String {
        var safe = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF:
                safe += "<U+\(String(scalar.value, radix: 16, uppercase: true))>"
            default: safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }

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
