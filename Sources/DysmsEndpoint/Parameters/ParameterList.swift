import HTTPProviderSupport

/// A parameter of a request, decoded.
struct EndpointParameter: Sendable, Hashable {
    var name: String
    var value: String
}

/// Parameters in the order of the bytes of their names, none of which stands twice.
///
/// Names are compared by bytes, not as Swift compares texts: to that, `K` and the Kelvin sign are the same.
struct ParameterList: Sendable {
    let parameters: [EndpointParameter]

    /// Sorts parameters.
    ///
    /// - Throws: ``EndpointError`` for a name that stands twice.
    init(_ parameters: [EndpointParameter]) throws(EndpointError) {
        let sorted = parameters.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        for (left, right) in zip(sorted, sorted.dropFirst()) where left.name.utf8.elementsEqual(right.name.utf8) {
            throw .repeated(left.name.utf8.count > 64 ? "of a long name" : left.name)
        }
        self.parameters = sorted
    }

    /// The value of a parameter; `nil` where there is none.
    subscript(name: String) -> String? {
        parameters.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// The value of a parameter; `nil` where there is none or an empty one.
    func filled(_ name: String) -> String? {
        guard let value = self[name], !value.isEmpty else { return nil }
        return value
    }

    /// The value of a parameter that must be there.
    ///
    /// - Throws: `Missing…` where it is not, or empty.
    func required(_ name: String) throws(EndpointError) -> String {
        guard let value = filled(name) else { throw .missing(name) }
        return value
    }

    /// `name=value` joined by `&`, percent-encoded: the canonical query of both signatures.
    func appendCanonical(to writer: inout ByteWriter) {
        for (index, parameter) in parameters.enumerated() {
            if index > 0 { writer.append("&") }
            writer.appendPercentEncoded(parameter.name)
            writer.append("=")
            writer.appendPercentEncoded(parameter.value)
        }
    }

    /// The same, percent-encoded once more, without one parameter.
    func appendTwiceEncoded(to writer: inout ByteWriter, without excluded: String) {
        var isFirst = true
        for parameter in parameters where !parameter.name.utf8.elementsEqual(excluded.utf8) {
            if !isFirst { writer.append("%26") }
            isFirst = false
            writer.appendTwicePercentEncoded(parameter.name)
            writer.append("%3D")
            writer.appendTwicePercentEncoded(parameter.value)
        }
    }
}
