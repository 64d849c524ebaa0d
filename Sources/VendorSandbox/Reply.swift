import Foundation

/// What goes back over the connection.
struct Reply: Sendable {
    var status: Int
    var headers: [(String, String)] = []
    var contentType = "application/json;charset=utf-8"
    var body: [UInt8]
    /// How many bytes of the body are really sent; the connection ends after them when that is fewer than all.
    var sentBytes: Int

    init(status: Int, contentType: String = "application/json;charset=utf-8", body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
        sentBytes = body.count
    }

    /// A JSON value.
    static func json(_ value: some Encodable, status: Int = 200) -> Reply {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Reply(status: status, body: [UInt8]((try? encoder.encode(value)) ?? Data("{}".utf8)))
    }

    /// A vendor's answer in the format that was asked for.
    static func vendor(_ fields: [String: any Sendable], root: String, format: String, status: Int) -> Reply {
        guard format == "XML" else {
            let data = try? JSONSerialization.data(
                withJSONObject: fields, options: [.sortedKeys, .withoutEscapingSlashes])
            return Reply(status: status, body: [UInt8](data ?? Data("{}".utf8)))
        }
        let text = "<?xml version='1.0' encoding='UTF-8'?><\(root)>\(xml(fields))</\(root)>"
        return Reply(status: status, contentType: "text/xml;charset=utf-8", body: Array(text.utf8))
    }

    private static func xml(_ fields: [String: any Sendable]) -> String {
        fields.sorted { $0.key < $1.key }.map { name, value in
            if let list = value as? [[String: any Sendable]] {
                return list.map { "<\(name)>\(xml($0))</\(name)>" }.joined()
            }
            if let object = value as? [String: any Sendable] { return "<\(name)>\(xml(object))</\(name)>" }
            let text = "\(value)".replacingOccurrences(of: "&", with: "&amp;")
                .replacingOccurrences(of: "<", with: "&lt;").replacingOccurrences(of: ">", with: "&gt;")
            return "<\(name)>\(text)</\(name)>"
        }.joined()
    }
}

/// What the connection is told to do with a request.
enum Verdict: Sendable {
    case reply(Reply, after: Duration?)
    case close
    /// Keep the connection and say nothing.
    case silence

    /// How long the reply waits.
    var pause: Duration? {
        guard case .reply(_, let pause) = self else { return nil }
        return pause
    }
}
