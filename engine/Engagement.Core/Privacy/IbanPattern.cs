namespace Engagement.Core.Privacy;

/// <summary>International bank account numbers (ISO 13616): two letters, two check digits, 11 to 30 more, in one piece or in groups; mod 97 is 1. Pure.</summary>
internal static class IbanPattern
{
    private const int LengthMin = 15;
    private const int LengthMax = 34;

    /// <summary>An account number whose first check digit stands here. In groups, the longest that checks is taken.</summary>
    public static bool TryFind(ReadOnlySpan<byte> text, int at, int floor, MaskScope scope, out Find found)
    {
        found = default;
        var start = at - 2;
        if (start < floor || !IsLetter(text[start]) || !IsLetter(text[start + 1])) return false;
        if (start > floor && NumberPatterns.IsWord(text[start - 1])) return false;
        if (at + 1 >= text.Length || !NumberPatterns.IsDigit(text[at + 1])) return false;

        Span<byte> signs = stackalloc byte[LengthMax];
        var (length, end, at2) = (0, -1, start);
        while (at2 < text.Length && length < LengthMax)
        {
            if (char.IsAsciiLetterOrDigit((char)text[at2]))
            {
                signs[length++] = text[at2++];
                var endsGroup = at2 == text.Length || !NumberPatterns.IsWord(text[at2]);
                if (endsGroup && length >= LengthMin && IsValid(signs[..length])) end = at2;
                continue;
            }
            var separator = NumberPatterns.SeparatorLength(text, at2, scope);
            if (separator is 0 or > 3) break;
            at2 += separator;
        }
        if (end < 0) return false;
        found = new Find(start, end, "[iban]"u8);
        return true;
    }

    private static bool IsValid(ReadOnlySpan<byte> signs)
    {
        var remainder = 0;
        for (var i = 0; i < signs.Length; i++)
        {
            var sign = signs[(i + 4) % signs.Length];
            remainder = NumberPatterns.IsDigit(sign)
                ? (remainder * 10 + sign - '0') % 97
                : (remainder * 100 + (sign | 0x20) - 'a' + 10) % 97;
        }
        return remainder == 1;
    }

    private static bool IsLetter(byte b) => char.IsAsciiLetter((char)b);
}
