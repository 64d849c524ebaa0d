import Foundation

/// Finds values in texts, in whatever form somebody may have put them there.
struct CanarySearch: Sendable {
    /// One spelling of a value.
    struct Form: Sendable {
        var mark: Canary.Mark
        /// What the form is called.
        var name: String
        /// In lower case, with a zero at the end.
        var characters: [CChar]
        var view: View
    }

    /// What of a text is looked at.
    enum View: CaseIterable, Sendable {
        /// All of it, lines joined.
        case plain
        /// Without what people write between the digits of a number, and what URLs write for it.
        case joinedDigits
        /// Its numbers with commas between them, whatever else stood there: so bytes look when they are printed or dumped.
        case numbers

        /// Letters are small ones, and at the end there is a zero, which is nowhere else.
        func characters(of text: String) -> [CChar] {
            bytes(of: text).map { CChar(bitPattern: $0 == 0 ? 1 : $0) } + [0]
        }

        private func bytes(of text: String) -> [UInt8] {
            let lowercased = text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
            switch self {
            case .plain: return Self.unwrapped(lowercased)
            case .joinedDigits: return Self.joined(lowercased)
            case .numbers: return Self.numbers(lowercased)
            }
        }

        private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

        private static func joined(_ bytes: [UInt8]) -> [UInt8] {
            var result: [UInt8] = []
            result.reserveCapacity(bytes.count)
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                if byte == UInt8(ascii: "%"), index + 2 < bytes.count, bytes[index + 1] == UInt8(ascii: "2"),
                    bytes[index + 2] == UInt8(ascii: "0") || bytes[index + 2] == UInt8(ascii: "d")
                {
                    index += 3
                } else {
                    if !isSeparator[Int(byte)] { result.append(byte) }
                    index += 1
                }
            }
            return result
        }

        private static let isSeparator: [Bool] = {
            var marks = [Bool](repeating: false, count: 256)
            for byte in " -.()/+[]\n".utf8 { marks[Int(byte)] = true }
            return marks
        }()

        /// With one blank for each run of blanks and line breaks, as where a line was wrapped.
        private static func unwrapped(_ bytes: [UInt8]) -> [UInt8] {
            var result: [UInt8] = []
            result.reserveCapacity(bytes.count)
            for byte in bytes {
                let isBlank = byte == 0x20 || byte == 0x0A
                if !isBlank { result.append(byte) } else if result.last != 0x20 { result.append(0x20) }
            }
            return result
        }

        private static func numbers(_ bytes: [UInt8]) -> [UInt8] {
            var result: [UInt8] = []
            for byte in bytes {
                if isDigit(byte) { result.append(byte) } else if result.last != 0x2C { result.append(0x2C) }
            }
            return result
        }
    }

    /// A mark in a text.
    struct Leak: CustomStringConvertible {
        var mark: Canary.Mark
        /// In which form, and what stands around it.
        var words: String

        var description: String { "\(mark.name) \(words)" }
    }

    let forms: [Form]

    init(_ marks: [Canary.Mark]) {
        forms = marks.flatMap(Self.forms)
    }

    /// Where texts show a mark.
    func leaks(in texts: [String]) -> [Leak] {
        var leaks: [Leak] = []
        for text in Set(texts) {
            for view in View.allCases { leaks += self.leaks(in: view.characters(of: text), view) }
        }
        return leaks
    }

    private func leaks(in characters: [CChar], _ view: View) -> [Leak] {
        forms.filter { $0.view == view }.compactMap { form in
            guard let place = Self.place(of: form.characters, in: characters) else { return nil }
            let around = characters[max(0, place - 100)..<min(characters.count - 1, place + form.characters.count + 60)]
            let words = String(decoding: around.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return Leak(mark: form.mark, words: "\(form.name) in …\(words)…")
        }
    }

    private static func place(of form: [CChar], in characters: [CChar]) -> Int? {
        characters.withUnsafeBufferPointer { all in
            guard let start = all.baseAddress, let found = strstr(start, form) else { return nil }
            return UnsafePointer(found) - start
        }
    }

    // MARK: Forms

    private static func forms(of mark: Canary.Mark) -> [Form] {
        let value = mark.value
        let bytes = Array(value.utf8)
        let isNumber = bytes.allSatisfy { (0x30...0x39).contains($0) }
        var spellings: [(name: String, text: String)] = [("as it is", value), ("reversed", String(value.reversed()))]
        spellings += [("in a URL", value.percentEncoded), ("in a URL in a URL", value.percentEncoded.percentEncoded)]
        let whole = value.percentEncoded.replacing("-", with: "%2D").replacing(".", with: "%2E")
        spellings.append(("in a URL, signs too", whole))
        spellings.append(("in a form", value.percentEncoded.replacing("%20", with: "+")))
        spellings += escaped(value)
        spellings.append(("in hexadecimal", bytes.map(\.hexadecimal).joined()))
        for offset in 0..<3 {
            let digits = base64(bytes, offset: offset)
            spellings.append(("in Base64", digits))
            spellings.append(("in Base64 for URLs", digits.replacing("+", with: "-").replacing("/", with: "_")))
            spellings.append(("in Base64 in a URL", digits.percentEncoded))
        }
        var known: Set<String> = []
        var forms: [Form] = []
        for spelling in spellings where known.insert(spelling.text).inserted {
            let characters = View.plain.characters(of: spelling.text)
            forms.append(Form(mark: mark, name: spelling.name, characters: characters, view: .plain))
        }
        let numbers = bytes.map { String($0) }.joined(separator: ",")
        forms.append(
            Form(
                mark: mark, name: "as numbers of bytes", characters: View.plain.characters(of: numbers), view: .numbers)
        )
        if isNumber {
            let characters = View.plain.characters(of: value)
            forms.append(Form(mark: mark, name: "with gaps", characters: characters, view: .joinedDigits))
        }
        return forms
    }

    /// As JSON, JSON in JSON, XML and Swift's own debugging spell it.
    private static func escaped(_ value: String) -> [(name: String, text: String)] {
        let json = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let ascii = json.unicodeScalars.map { escapedScalar($0) }.joined()
        let markup = value.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        return [
            ("in JSON", json), ("in JSON", json.replacing("/", with: "\\/")), ("in JSON of ASCII", ascii),
            ("in JSON in JSON", json.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")),
            ("in markup", markup), ("in markup", markup.replacing("\"", with: "&quot;")),
            ("as JSON in a URL", json.percentEncoded),
            ("as JSON in a form", json.percentEncoded.replacing("%20", with: "+")),
            ("as JSON in a URL in a URL", json.percentEncoded.percentEncoded),
        ]
    }

    private static func escapedScalar(_ scalar: Unicode.Scalar) -> String {
        guard !scalar.isASCII else { return String(scalar) }
        return String(scalar).utf16.map { "\\u" + UInt8($0 >> 8).hexadecimal + UInt8($0 & 0xFF).hexadecimal }.joined()
    }

    /// The characters of Base64 that a value alone decides, so many bytes after the start of what is encoded.
    private static func base64(_ bytes: [UInt8], offset: Int) -> String {
        let text = Data([UInt8](repeating: 0, count: offset) + bytes).base64EncodedString()
        let first = (offset * 8 + 5) / 6
        let last = (offset + bytes.count) * 8 / 6
        return String(text.prefix(last).dropFirst(first))
    }
}
