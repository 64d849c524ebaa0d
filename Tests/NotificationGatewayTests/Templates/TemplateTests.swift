import Testing

@testable import NotificationGateway

@Suite("A text template")
struct TextTemplateTests {
    @Test("puts values in as they are and never expands them again")
    func neverReexpands() throws {
        let text = try TextTemplate("${a} and ${b}")
        #expect(text.rendered { ["a": "${b}", "b": "$${a}"][$0] } == "${b} and $${a}")
    }

    @Test(
        "knows a literal ${ and leaves a lone dollar alone",
        arguments: [
            ("$${name}", "${name}"), ("5$ and $", "5$ and $"), ("$$", "$$"), ("", ""), ("价格$5", "价格$5"),
            ("${name}", "x"), ("$$${name}", "$x"), ("Pay $$${name}.", "Pay $x."), ("$$$${name}", "$${name}"),
            ("$$$$${name}", "$$x"), ("$ ${name}", "$ x"), ("$$$", "$$$"), ("$${", "${"), ("$$${name}$$${name}", "$x$x"),
        ])
    func literals(_ source: String, _ expected: String) throws {
        #expect(try TextTemplate(source).rendered { _ in "x" } == expected)
    }

    @Test(
        "refuses a place that is never closed or has no name, and says where",
        arguments: [
            ("a ${b", 4), ("a ${}", 4), ("中${a b}", 5), ("${b ${c}", 2),
        ])
    func refuses(_ source: String, _ offset: Int) {
        #expect { try TextTemplate(source) } throws: { ($0 as? TextTemplate.Invalid)?.offset == offset }
    }

    @Test(
        "names its parameters also where it cannot be taken apart",
        arguments: [
            ("${a ${b} ${} ${c d} $${e} ${f", ["b"]), ("${a}${b}", ["a", "b"]), ("$${a}", []), ("$", []),
        ])
    func names(_ source: String, _ expected: [String]) {
        #expect(TextTemplate.parameterNames(in: source) == expected)
    }

    @Test("never traps on random text, and keeps all of it where there is no place")
    func fuzz() throws {
        var random = SystemRandomNumberGenerator()
        let pieces = ["$", "{", "}", "a", "${", "$${", "}", "é", "👩‍👩‍👧", "\u{0}", "\r\n", " "]
        for _ in 0..<3_000 {
            let source = (0..<Int.random(in: 0..<12, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }
            .joined()
            let names = TextTemplate.parameterNames(in: source)
            guard let text = try? TextTemplate(source) else { continue }
            #expect(text.parameterNames == names)
            if !source.contains("${") { #expect(text.rendered { _ in nil } == source) }
        }
    }
}

@Suite("A compiled template")
struct CompiledTemplateTests {
    private func template() throws -> CompiledTemplate {
        CompiledTemplate(
            Template(
                name: "login-code", category: .verification,
                parameters: [
                    TemplateParameter("code", pattern: try ParameterPattern("[0-9]{4,8}")),
                    TemplateParameter("product", default: "云通信", maxLength: 4),
                    TemplateParameter("note", required: false),
                ],
                texts: [
                    LocalText(locale: "zh", text: try TextTemplate("验证码${code}，${product}")),
                    LocalText(locale: "en-GB", text: try TextTemplate("Your code is ${code}, mate")),
                    LocalText(locale: nil, text: try TextTemplate("Code: ${code}${note}")),
                ],
                bindings: [
                    "aliyun": Binding(choices: [
                        BindingChoice(
                            countries: ["CN"], parameters: [BoundParameter("verify", .parameter("code"))]),
                        BindingChoice(
                            locales: ["en"],
                            parameters: [
                                BoundParameter("code", .parameter("code")), BoundParameter("brand", .constant("X")),
                            ]),
                    ])
                ]))
    }

    @Test("fills defaults and leaves optional parameters out")
    func values() throws {
        #expect(try template().values(from: ["code": "1234"]) == ["1234", "云通信", nil])
    }

    @Test(
        "refuses missing, unknown, over-long and ill-formed values, naming the parameter but never the value",
        arguments: [
            (["product": "x"], Reason.missingParameter, "code"),
            (["code": "1234", "kode": "1"], .invalidContent, "kode"),
            (["code": "1234", "product": "五个字的名"], .invalidContent, "product"),
            (["code": "12x4"], .invalidContent, "code"),
            (["code": "1234", "note": "a\0b"], .invalidContent, "note"),
        ])
    func refuses(_ given: [String: String], _ reason: Reason, _ name: String) throws {
        let template = try template()
        #expect { try template.values(from: given) } throws: { error in
            guard let error = error as? ProviderError else { return false }
            return error.reason == reason && error.acceptance == .rejected && error.message.contains("'\(name)'")
                && !given.values.contains { $0.count > 1 && error.message.contains($0) }
        }
    }

    @Test(
        "falls back from zh-CN to zh to the default text",
        arguments: [
            ("zh-CN", "验证码1234，云通信"), ("zh_Hant_TW", "验证码1234，云通信"), ("en-gb", "Your code is 1234, mate"),
            ("en", "Code: 1234"), ("fr", "Code: 1234"),
        ])
    func locales(_ locale: String, _ expected: String) throws {
        let template = try template()
        let values = try template.values(from: ["code": "1234"])
        #expect(template.text(for: LocaleTag(rawValue: locale), values: values) == expected)
    }

    @Test("takes the first binding choice that serves country and locale, renames and adds constants")
    func bindings() throws {
        let template = try template()
        let values = try template.values(from: ["code": "1234"])
        let china = template.choice(for: "aliyun", country: "CN", locale: nil)
        #expect(template.vendorParameters(china, values: values) == [ProviderContent.Parameter("verify", "1234")])
        let english = template.choice(for: "aliyun", country: "US", locale: "en-US")
        #expect(
            template.vendorParameters(english, values: values)
                == [ProviderContent.Parameter("code", "1234"), ProviderContent.Parameter("brand", "X")])
        #expect(template.choice(for: "aliyun", country: "US", locale: "fr") == nil)
        #expect(template.choice(for: "other", country: "CN", locale: nil) == nil)
    }
}
