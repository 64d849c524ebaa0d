/// The parameters of a request by where they came.
struct RequestParameters: Sendable {
    /// Those of the query, which signature V3 covers as such.
    let query: ParameterList
    /// Those of the query and of the body.
    let all: ParameterList

    /// Reads a request's query, and its body where that has a type that carries parameters.
    ///
    /// Signature 1.0 covers parameters alone, wherever they came; a body of another type says nothing then.
    ///
    /// - Throws: ``EndpointError`` for what cannot be decoded, and for a parameter that is given twice.
    init(_ request: EndpointRequest) throws(EndpointError) {
        let inQuery = try FormDecoding.parameters(in: request.query.utf8)
        var inBody: [EndpointParameter] = []
        let type = request.header("content-type")?.lowercased() ?? ""
        if request.body.isEmpty {
        } else if type.hasPrefix("application/x-www-form-urlencoded") {
            inBody = try FormDecoding.parameters(in: request.body)
        } else if type.hasPrefix("application/json"), request.usesHeaders {
            inBody = try FormDecoding.parameters(inJSON: request.body)
        }
        query = try ParameterList(inQuery)
        all = inBody.isEmpty ? query : try ParameterList(inQuery + inBody)
    }
}

extension EndpointRequest {
    /// Whether it is signed by its `Authorization` header. The older SDKs send `x-acs-` headers beside signature 1.0.
    var usesHeaders: Bool { header("authorization")?.hasPrefix("ACS3-") ?? false }
}
