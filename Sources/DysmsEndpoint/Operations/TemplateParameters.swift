import HTTPProviderSupport

/// The values of a template's parameters as callers write them: a JSON object whose values are all texts.
enum TemplateParameters {
    /// Reads an object; without a text there are none.
    ///
    /// - Throws: `isv.INVALID_JSON_PARAM`.
    static func read(_ text: String?) throws(EndpointError) -> [String: String] {
        guard let text else { return [:] }
        return try values(of: try document(text))
    }

    /// Reads an array of texts.
    ///
    /// - Throws: `isv.INVALID_JSON_PARAM`.
    static func readTexts(_ text: String) throws(EndpointError) -> [String] {
        var texts: [String] = []
        for element in try elements(text) {
            guard let text = element.string else { throw .invalidJSON }
            texts.append(text)
        }
        return texts
    }

    /// Reads an array of objects.
    ///
    /// - Throws: `isv.INVALID_JSON_PARAM`.
    static func readObjects(_ text: String) throws(EndpointError) -> [[String: String]] {
        var objects: [[String: String]] = []
        for element in try elements(text) { objects.append(try values(of: element)) }
        return objects
    }

    private static func elements(_ text: String) throws(EndpointError) -> [JSONValue] {
        guard let elements = try document(text).array else { throw .invalidJSON }
        return elements
    }

    private static func document(_ text: String) throws(EndpointError) -> JSONValue {
        guard let document = try? JSONValue(parsing: Array(text.utf8)) else { throw .invalidJSON }
        return document
    }

    private static func values(of document: JSONValue) throws(EndpointError) -> [String: String] {
        guard case .object(let members) = document else { throw .invalidJSON }
        var values: [String: String] = [:]
        for member in members {
            guard let value = member.value.string else { throw .invalidJSON }
            values[member.name] = value
        }
        return values
    }
}

extension EndpointTemplate {
    /// A caller's values under their logical names, without those that the template does not have.
    func logicalParameters(_ given: [String: String]) -> [String: String] {
        var values: [String: String] = [:]
        for (name, value) in given {
            let logical = parameterNames[name] ?? name
            if parameters?.contains(logical) ?? true { values[logical] = value }
        }
        return values
    }
}
