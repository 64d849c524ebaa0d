extension CountryCode {
    /// Minutes east of UTC of every time that clocks in the country show at some place or in some season, ascending; `nil` where
    /// nobody lives (`BV`, `HM`).
    ///
    /// Enough to be sure that it is no hour to disturb anybody there: summer time and the places of a country need not be known.
    /// China counts by its official time alone.
    public var utcOffsets: [Int]? { Self.offsetsByCountry[self] }

    private static let offsetsByCountry: [CountryCode: [Int]] = {
        var table: [CountryCode: [Int]] = [:]
        for entry in offsets.split(whereSeparator: \.isWhitespace) {
            guard let country = CountryCode(entry.prefix(2)) else { continue }
            table[country] = minutes(entry.dropFirst(2))
        }
        return table
    }()

    /// `-3:30-2:30` as minutes.
    private static func minutes(_ text: Substring) -> [Int] {
        var offsets: [Int] = []
        var rest = text
        while let sign = rest.popFirst() {
            let offset = rest.prefix { $0 != "+" && $0 != "-" }
            rest = rest.dropFirst(offset.count)
            let parts = offset.split(separator: ":").map { Int($0) ?? 0 }
            let size = parts.reduce(0) { $0 * 60 + $1 } * (parts.count == 1 ? 60 : 1)
            offsets.append(sign == "-" ? -size : size)
        }
        return offsets
    }

    /// Source: `zone.tab` and rules of the IANA time zone database 2025b, every day of 2026; Kosovo added, Urumqi left out.
    private static let offsets = """
        AD+1+2 AE+4 AF+4:30 AG-4 AI-4 AL+1+2 AM+4 AO+1 AQ-3+0+2+3+5+7+8+10+12+13 AR-3 AS-11 AT+1+2
        AU+8+8:45+9:30+10+10:30+11 AW-4 AX+2+3 AZ+4 BA+1+2 BB-4 BD+6 BE+1+2 BF+0 BG+2+3 BH+3 BI+2 BJ+1 BL-4 BM-4-3
        BN+8 BO-4 BQ-4 BR-5-4-3-2 BS-5-4 BT+6 BW+2 BY+3 BZ-6 CA-8-7-6-5-4-3:30-3-2:30 CC+6:30 CD+1+2 CF+1 CG+1
        CH+1+2 CI+0 CK-10 CL-6-5-4-3 CM+1 CN+8 CO-5 CR-6 CU-5-4 CV-1 CW-4 CX+7 CY+2+3 CZ+1+2 DE+1+2 DJ+3 DK+1+2 DM-4
        DO-4 DZ+1 EC-6-5 EE+2+3 EG+2+3 EH+0+1 ER+3 ES+0+1+2 ET+3 FI+2+3 FJ+12 FK-3 FM+10+11 FO+0+1 FR+1+2 GA+1
        GB+0+1 GD-4 GE+4 GF-3 GG+0+1 GH+0 GI+1+2 GL-4-3-2-1+0 GM+0 GN+0 GP-4 GQ+1 GR+2+3 GS-2 GT-6 GU+10 GW+0 GY-4
        HK+8 HN-6 HR+1+2 HT-5-4 HU+1+2 ID+7+8+9 IE+0+1 IL+2+3 IM+0+1 IN+5:30 IO+6 IQ+3 IR+3:30 IS+0 IT+1+2 JE+0+1
        JM-5 JO+3 JP+9 KE+3 KG+6 KH+7 KI+12+13+14 KM+3 KN-4 KP+9 KR+9 KW+3 KY-5 KZ+5 LA+7 LB+2+3 LC-4 LI+1+2 LK+5:30
        LR+0 LS+2 LT+2+3 LU+1+2 LV+2+3 LY+2 MA+0+1 MC+1+2 MD+2+3 ME+1+2 MF-4 MG+3 MH+12 MK+1+2 ML+0 MM+6:30 MN+7+8
        MO+8 MP+10 MQ-4 MR+0 MS-4 MT+1+2 MU+4 MV+5 MW+2 MX-8-7-6-5 MY+8 MZ+2 NA+2 NC+11 NE+1 NF+11+12 NG+1 NI-6
        NL+1+2 NO+1+2 NP+5:45 NR+12 NU-11 NZ+12+12:45+13+13:45 OM+4 PA-5 PE-5 PF-10-9:30-9 PG+10+11 PH+8 PK+5 PL+1+2
        PM-3-2 PN-8 PR-4 PS+2+3 PT-1+0+1 PW+9 PY-3 QA+3 RE+4 RO+2+3 RS+1+2 RU+2+3+4+5+6+7+8+9+10+11+12 RW+2 SA+3
        SB+11 SC+4 SD+2 SE+1+2 SG+8 SH+0 SI+1+2 SJ+1+2 SK+1+2 SL+0 SM+1+2 SN+0 SO+3 SR-3 SS+2 ST+0 SV-6 SX-4 SY+3
        SZ+2 TC-5-4 TD+1 TF+5 TG+0 TH+7 TJ+5 TK+13 TL+9 TM+5 TN+1 TO+13 TR+3 TT-4 TV+12 TW+8 TZ+3 UA+2+3 UG+3
        UM-11+12 US-10-9-8-7-6-5-4 UY-3 UZ+5 VA+1+2 VC-4 VE-4 VG-4 VI-4 VN+7 VU+11 WF+12 WS+13 XK+1+2 YE+3 YT+3 ZA+2 ZM+2
        ZW+2
        """
}
