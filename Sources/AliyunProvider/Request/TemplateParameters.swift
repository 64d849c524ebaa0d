import HTTPProviderSupport
import NotificationGateway

extension ByteWriter {
    /// Appends template parameters as the vendor wants them: one JSON object whose values are all strings, in the given
    /// order.
    mutating func appendTemplateParameters(_ parameters: [ProviderContent.Parameter]) {
        append(UInt8(ascii: "{"))
        for (index, parameter) in parameters.enumerated() {
            if index > 0 { append(UInt8(ascii: ",")) }
            appendJSONString(parameter.name)
            append(UInt8(ascii: ":"))
            appendJSONString(parameter.value)
        }
        append(UInt8(ascii: "}"))
    }

    /// Appends a JSON array of what `body` appends for each element.
    mutating func appendJSONArray<Element>(of elements: [Element], _ body: (inout ByteWriter, Element) -> Void) {
        append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { append(UInt8(ascii: ",")) }
            body(&self, element)
        }
        append(UInt8(ascii: "]"))
    }
}
