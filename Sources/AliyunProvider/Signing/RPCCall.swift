package import HTTPTransport

/// One parameter of an operation, name and value as plain text.
package struct RPCParameter: Sendable, Hashable {
    /// The vendor's name for it.
    package var name: String
    /// Its value, not encoded.
    package var value: String

    /// Pairs a name with a value.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// One call of an operation, before it is signed.
///
/// The parameters are kept in the order in which both signatures want them: by name, by bytes.
package struct RPCCall: Sendable {
    /// What the request carries besides its query.
    package enum Body: Sendable {
        /// Parameters as `application/x-www-form-urlencoded`; none means an empty body.
        case form([RPCParameter])
        /// Bytes of some type. Signature 1.0 does not cover them.
        case content([UInt8], type: String)
    }

    /// The HTTP method.
    package let method: HTTPMethod
    /// The operation: `SendSms`.
    package let action: String
    /// The parameters in the query, sorted.
    package let query: [RPCParameter]
    /// The body; form parameters are sorted.
    package let body: Body

    /// Describes a call; parameters may come in any order.
    package init(_ action: String, method: HTTPMethod = .post, query: [RPCParameter] = [], body: Body = .form([])) {
        self.action = action
        self.method = method
        self.query = Self.sorted(query)
        self.body =
            switch body {
            case .form(let parameters): .form(Self.sorted(parameters))
            case .content: body
            }
    }

    /// Takes form parameters that are in order already, which a debug build checks.
    init(_ action: String, orderedForm: [RPCParameter]) {
        assert(Self.sorted(orderedForm) == orderedForm, "the parameters of \(action) are not in order")
        self.action = action
        method = .post
        query = []
        body = .form(orderedForm)
    }

    /// The form's parameters; none when the body is something else.
    var form: [RPCParameter] {
        guard case .form(let parameters) = body else { return [] }
        return parameters
    }

    /// Most callers list their parameters in order, so looking comes before sorting.
    private static func sorted(_ parameters: [RPCParameter]) -> [RPCParameter] {
        guard var last = parameters.first.map({ NameOrder($0.name) }) else { return parameters }
        for parameter in parameters.dropFirst() {
            let next = NameOrder(parameter.name)
            if next < last { return parameters.sorted { NameOrder($0.name) < NameOrder($1.name) } }
            last = next
        }
        return parameters
    }
}

/// A name's place in the order by UTF-8 bytes: `A` before `a`, `Sign` before `SignName`.
///
/// Not the order of `String`, which follows Unicode's canonical equivalence. The first eight bytes as a number decide
/// nearly every comparison; only names that share them are compared as texts.
struct NameOrder: Comparable {
    private let head: UInt64
    private let name: String

    init(_ name: String) {
        self.name = name
        head = Self.head(of: name)
    }

    /// The first eight bytes, the first of them highest; shorter names are filled up with zeros.
    static func head(of name: String) -> UInt64 {
        var name = name
        return name.withUTF8 { bytes in
            var head: UInt64 = 0
            for index in 0..<min(8, bytes.count) { head |= UInt64(bytes[index]) << UInt64(56 - 8 * index) }
            return head
        }
    }

    static func < (left: Self, right: Self) -> Bool {
        left.head == right.head ? left.name.utf8.lexicographicallyPrecedes(right.name.utf8) : left.head < right.head
    }

    static func == (left: Self, right: Self) -> Bool {
        left.head == right.head && left.name.utf8.elementsEqual(right.name.utf8)
    }
}
