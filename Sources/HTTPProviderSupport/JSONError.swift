/// Why bytes are not JSON that we take.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public enum Fault: String, Sendable, Hashable {
        /// The bytes end inside the document.
        case truncated = "ends too early"
        /// Something else stands where the grammar wants a value, a name or a separator.
        case unexpected = "unexpected byte"
        /// A string is not UTF-8.
        case notUTF8 = "a string is not UTF-8"
        /// An escape in a string is none, or half of a surrogate pair.
        case badEscape = "bad escape in a string"
        /// A number is not spelled as JSON spells numbers.
        case badNumber = "bad number"
        /// A name stands twice in one object, so readers could disagree about the value.
        case duplicateName = "a name stands twice in an object"
        /// Arrays and objects are nested too deeply.
        case tooDeep = "nested too deeply"
        /// The document has too many bytes.
        case tooLarge = "too large"
        /// A value is of another type than was asked for.
        case wrongType = "a value has the wrong type"
    }

    /// What is wrong.
    public var fault: Fault
    /// Where, in bytes from the start.
    public var offset: Int

    /// Describes a fault.
    public init(_ fault: Fault, at offset: Int) {
        self.fault = fault
        self.offset = offset
    }

    /// The fault and its place; never any of the document's text.
    public var description: String { "\(fault.rawValue) at byte \(offset)" }
}
