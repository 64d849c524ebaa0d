/// A place in a JSON document: RFC 6901.
struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    let description: String

    /// The whole document.
    static let root = JSONPointer(description: "")

    private init(description: String) { self.description = description }

    /// The member of an object.
    static func / (pointer: JSONPointer, name: String) -> JSONPointer {
        var escaped = ""
        for character in name.unicodeScalars {
            switch character {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return JSONPointer(description: "\(pointer.description)/\(escaped)")
    }

    /// The element of an array.
    static func / (pointer: JSONPointer, place: Int) -> JSONPointer {
        JSONPointer(description: "\(pointer.description)/\(place)")
    }
}
