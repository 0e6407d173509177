namespace Engagement.Core.Privacy;

/// <summary>
/// Phone numbers. Numbers of shops look alike, so one of these must speak for a phone: (1) a <c>+</c> or <c>00</c> and 8 to 15 digits (E.164);
/// (2) a word such as <c>tel</c> or <c>call</c> right before 7 to 15 digits; (3) a trunk <c>0</c>, then in all 9 to 11 digits in groups or 10 or 11
/// in one piece; (4) North America's 3-3-4; (5) an area in brackets, then 8 or 9 digits, or Russia's 8 before 10. A date, a US postcode, 10 plain digits
/// not led by 0, and what a word such as <c>isbn</c> names are none. Pure.
/// </summary>
internal readonly ref struct PhonePattern(
    ReadOnlySpan<byte> text, int at, int floor, MaskScope scope, ReadOnlySpan<byte> digits, ReadOnlySpan<int> ends, ReadOnlySpan<int> counts)
{
    private static readonly byte[][] s_cues = CueWords.Of(
        "tel", "telephone", "telefon", "telefono", "teléfono", "téléphone", "phone", "mobile", "mobil", "móvil", "movil", "portable", "cellulare", "celular", "handy", "cell",
        "call", "whatsapp", "fax", "ph", "mob", "sms", "ring", "тел", "телефон", "手机", "电话", "電話", "携帯");
    private static readonly byte[][] s_cuesBehind = CueWords.Of("tel", "ext", "cellulare", "handy");
    private static readonly byte[][] s_otherThings = CueWords.Of("isbn", "ean", "gtin", "upc", "asin", "issn");

    private readonly ReadOnlySpan<byte> _text = text;
    private readonly ReadOnlySpan<byte> _digits = digits;
    private readonly ReadOnlySpan<int> _ends = ends;
    private readonly ReadOnlySpan<int> _counts = counts;

    public bool TryFind(out int start, out int end)
    {
        start = at;
        var plus = PlusLength();
        var zeros = _digits is [0, 0, not 0, ..] ? 2 : 0;
        var groups = 0;
        if (IsInternational) groups = Longest(8 + zeros, 15 + zeros);
        if (groups == 0 && HasCue) groups = Longest(7, 15);
        if (groups == 0 && !CueWords.IsBefore(_text, at, s_otherThings)) groups = WithoutCue();
        if (groups == 0)
        {
            end = at;
            return false;
        }
        end = _ends[groups - 1];
        start -= plus;
        if (start > floor && _text[start - 1] == '(') start--;
        return true;
    }

    /// <summary>Whether a <c>+</c> or <c>00</c> leads it.</summary>
    public bool IsInternational => (PlusLength() > 0 && _digits[0] != 0) || _digits is [0, 0, not 0, ..];

    /// <summary>Whether a word says that this is a phone's number.</summary>
    public bool HasCue => CueWords.IsBefore(_text, at, s_cues) || (_ends.Length > 0 && CueWords.IsBehind(_text, _ends[^1], s_cuesBehind));

    private int WithoutCue()
    {
        var groups = 0;
        if (IsTrunk())
        {
            var digitsMax = _digits is [0, 1, 5 or 6 or 7, ..] ? 12 : 11; // German mobiles
            groups = _ends.Length == 1 || Longest(9, digitsMax) == 1 ? Longest(10, 11) : Longest(9, digitsMax);
        }
        if (groups == 0) groups = NorthAmerican();
        return groups > 0 ? groups : Bracketed();
    }

    private int Bracketed()
    {
        if (_counts is [1, 4, 7, 9, 11, ..] && _digits is [8, 9, ..]) return 5;
        var isBracketed = at > floor && _text[at - 1] == '(' && _counts is [2 or 3, _, ..] && _text[_ends[0]] == ')';
        return isBracketed ? Longest(10, 11) : 0;
    }

    /// <summary>Groups from the first on whose digits together lie in the range, the most of them; 0 when none do.</summary>
    private int Longest(int digitsMin, int digitsMax)
    {
        for (var g = _counts.Length; g > 0; g--)
        {
            if (_counts[g - 1] <= digitsMax) return _counts[g - 1] >= digitsMin ? g : 0;
        }
        return 0;
    }

    private bool IsTrunk() =>
        _digits is [0, not 0, ..] && _counts[0] >= 2 && !(_counts is [2, 4, 8, ..]) // 2-2-4 is a date
        && !(_counts is [5, 9] && _text[_ends[0]] == '-'); // and 5-4 a ZIP+4

    private int NorthAmerican()
    {
        if (_counts is [3, 6, 10, ..] && _digits[0] >= 2 && _digits[3] >= 2) return 3;
        return _counts is [1, 4, 7, 11, ..] && _digits[0] == 1 && _digits[1] >= 2 && _digits[4] >= 2 ? 4 : 0;
    }

    /// <summary>Length of a <c>+</c> before the number (in a URL also <c>%2B</c>); 0 for one that follows a word: there it is a space or a sum.</summary>
    private int PlusLength()
    {
        var length = at > floor && _text[at - 1] == '+' ? 1 : 0;
        if (scope == MaskScope.Url && at - 3 >= floor && _text[at - 3] == '%' && _text[at - 2] == '2' && (_text[at - 1] | 0x20) == 'b') length = 3;
        return length > 0 && at - length > floor && NumberPatterns.IsWord(_text[at - length - 1]) && length == 1 ? 0 : length;
    }
}
