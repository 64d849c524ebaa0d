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

    /// The form's parameters; none when the body is something else.
    var form: [RPCParameter] {
        guard case .form(let parameters) = body else { return [] }
        return parameters
    }

    /// Most callers list their parameters in order, so looking comes before sorting.
    private static func sorted(_ parameters: [RPCParameter]) -> [RPCParameter] {
        for index in parameters.indices.dropFirst()
        where ByteOrder.precedes(parameters[index].name, parameters[index - 1].name) {
            return parameters.sorted { ByteOrder.precedes($0.name, $1.name) }
        }
        return parameters
    }
}

/// The order of names by their UTF-8 bytes: `A` before `a`, `Sign` before `SignName`.
///
/// Not the order of `String`, which follows Unicode's canonical equivalence.
enum ByteOrder {
    static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}
