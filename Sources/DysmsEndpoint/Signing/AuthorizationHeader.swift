/// `ACS3-HMAC-SHA256 Credential=ID,SignedHeaders=a;b;c,Signature=…`
struct AuthorizationHeader: Sendable {
    var credential: String
    /// In lower case and in order.
    var signedHeaders: [String]
    var signature: String

    /// Reads a header.
    ///
    /// - Throws: ``EndpointError/invalidSignatureMethod`` for another scheme of the vendor's,
    ///   ``EndpointError/incompleteSignature`` for what is not written so.
    init(_ text: String) throws(EndpointError) {
        guard let space = text.firstIndex(of: " ") else { throw .incompleteSignature }
        guard text[..<space] == "ACS3-HMAC-SHA256" else { throw .invalidSignatureMethod }
        var values: [Substring: Substring] = [:]
        for field in text[space...].split(separator: ",") {
            guard let equals = field.firstIndex(of: "=") else { throw .incompleteSignature }
            let name = field[..<equals].drop { $0 == " " }
            guard values.updateValue(field[field.index(after: equals)...], forKey: name) == nil else {
                throw .incompleteSignature
            }
        }
        guard let credential = values["Credential"], let signed = values["SignedHeaders"],
            let signature = values["Signature"], !credential.isEmpty, !signature.isEmpty
        else { throw .incompleteSignature }
        self.credential = String(credential)
        self.signature = String(signature)
        signedHeaders = signed.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
    }

    /// Makes sure that all is signed which says who sends what, so that nobody on the way can change it.
    ///
    /// - Throws: ``EndpointError/incompleteSignature`` otherwise.
    func check(covers request: EndpointRequest) throws(EndpointError) {
        for (left, right) in zip(signedHeaders, signedHeaders.dropFirst())
        where !left.utf8.lexicographicallyPrecedes(right.utf8) { throw .incompleteSignature }
        var needed = Set(request.headers.map(\.lowercaseName).filter { $0.hasPrefix("x-acs-") })
        needed.insert("host")
        if !request.body.isEmpty { needed.insert("content-type") }
        guard needed.isSubset(of: signedHeaders) else { throw .incompleteSignature }
    }
}
