import HTTPProviderSupport

/// Writes JSON objects member by member, without a tree and without an encoder's containers: one is written for every message
/// and for every send.
struct JSONObjectWriter: ~Copyable {
    private var bytes: ByteWriter
    private var needsComma = false

    init(capacity: Int = 512) { bytes = ByteWriter(capacity: capacity) }

    /// What is written.
    consuming func text() -> String { bytes.string }

    mutating func object(_ members: (inout JSONObjectWriter) -> Void) {
        open(UInt8(ascii: "{"))
        members(&self)
        close(UInt8(ascii: "}"))
    }

    mutating func array<Elements: Sequence>(
        _ elements: Elements, _ write: (inout JSONObjectWriter, Elements.Element) -> Void
    ) {
        open(UInt8(ascii: "["))
        for element in elements { write(&self, element) }
        close(UInt8(ascii: "]"))
    }

    /// A name, whose value is written next.
    mutating func name(escaping name: String) {
        separate()
        bytes.appendJSONString(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A member, left out where it has no value.
    mutating func member(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        self.name(name)
        string(text)
    }

    /// A member, left out where it has no value.
    mutating func member(_ name: StaticString, _ number: (some FixedWidthInteger)?) {
        guard let number else { return }
        self.name(name)
        bare(String(number))
    }

    /// A member, left out where it has no value that JSON could write.
    mutating func member(_ name: StaticString, _ number: Double?) {
        guard let number, number.isFinite else { return }
        self.name(name)
        bare(Int(exactly: number).map { String($0) } ?? String(number))
    }

    mutating func member(_ name: StaticString, _ value: Bool) {
        self.name(name)
        bare(value ? "true" : "false")
    }

    /// A member with an object of texts, in the order of their names: equal ones are written alike.
    mutating func member(_ name: StaticString, _ texts: [String: String]?) {
        guard let texts else { return }
        self.name(name)
        object { writer in
            for (name, text) in texts.count > 1 ? texts.sorted(by: { $0.key < $1.key }) : Array(texts) {
                writer.name(escaping: name)
                writer.string(text)
            }
        }
    }

    /// A literal name, which has nothing to escape.
    mutating func name(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(name)
        bytes.append("\":" as StaticString)
        needsComma = false
    }

    mutating func string(_ text: String) {
        separate()
        bytes.appendJSONString(text)
    }

    private mutating func bare(_ text: String) {
        separate()
        bytes.append(text)
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }
}
