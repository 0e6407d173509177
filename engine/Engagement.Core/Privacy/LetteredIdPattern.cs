namespace Engagement.Core.Privacy;

/// <summary>
/// A person's numbers with letters in them: Spain (DNI, NIE), Italy (codice fiscale), Finland (henkilötunnus), each by its check letter, and the United
/// Kingdom's National Insurance number by its shape. And whatever of six to eighteen signs follows a word such as <c>passport</c>. Pure.
/// </summary>
internal static class LetteredIdPattern
{
    private const int TokenBytesMax = 18;

    private static ReadOnlySpan<byte> SpanishLetters => "TRWAGMYFPDXBNJZSQVHLCKE"u8;
    private static ReadOnlySpan<byte> FinnishSigns => "0123456789ABCDEFHJKLMNPRSTUVWXY"u8;
    private static ReadOnlySpan<byte> ItalianOdd => [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

    /// <summary>The number whose first digit stands here.</summary>
    public static bool TryFind(ReadOnlySpan<byte> text, int at, int floor, out Find found)
    {
        var start = at;
        while (start > floor && at - start < TokenBytesMax && char.IsAsciiLetter((char)text[start - 1])) start--;
        var end = at;
        while (end < text.Length && end - start <= TokenBytesMax && char.IsAsciiLetterOrDigit((char)text[end])) end++;
        found = new Find(start, end, "[id]"u8);
        if ((start > floor && NumberPatterns.IsWord(text[start - 1])) || end - start > TokenBytesMax) return false;
        var token = text[start..end];
        if (IsWhole(text, end) && (IsSpanish(token) || IsItalian(token) || IsInsurance(token) || IsFinnish(token))) return true;
        if (start == at && end + 5 <= text.Length && text[end] == '-' && NumberPatterns.IsDigit(text[end + 1])) end += 5; // Nordic: a date, then four
        if (IsWhole(text, end) && IsNamed(text, start, text[start..end]))
        {
            found = new Find(start, end, "[id]"u8);
            return true;
        }
        end = start + token.Length;
        if (start == at && end - at == 6 && end + 5 <= text.Length && IsWhole(text, end + 5) && text[end] is (byte)'-' or (byte)'+' && IsFinnish(text.Slice(at, 11)))
        {
            found = new Find(at, end + 5, "[id]"u8);
            return true;
        }
        return TryInsuranceInParts(text, at, floor, out found);
    }

    private static bool IsWhole(ReadOnlySpan<byte> text, int end) => end == text.Length || !NumberPatterns.IsWord(text[end]);

    private static bool IsNamed(ReadOnlySpan<byte> text, int start, ReadOnlySpan<byte> token)
    {
        if (token.Length < 6 || !NationalIdPattern.HasCue(text, start)) return false;
        var digits = 0;
        foreach (var b in token) digits += NumberPatterns.IsDigit(b) ? 1 : 0;
        return digits >= 4;
    }

    private static bool IsSpanish(ReadOnlySpan<byte> token)
    {
        if (token.Length != 9 || !char.IsAsciiLetter((char)token[8])) return false;
        var first = (token[0] | 0x20) - 'x';
        var number = first is >= 0 and <= 2 ? first : NumberPatterns.IsDigit(token[0]) ? token[0] - '0' : -1;
        for (var i = 1; i < 8 && number >= 0; i++) number = NumberPatterns.IsDigit(token[i]) ? number * 10 + token[i] - '0' : -1;
        return number >= 0 && SpanishLetters[number % 23] == Upper(token[8]);
    }

    private static bool IsItalian(ReadOnlySpan<byte> token)
    {
        if (token.Length != 16) return false;
        var sum = 0;
        for (var i = 0; i < 15; i++)
        {
            var isDigit = NumberPatterns.IsDigit(token[i]);
            if (isDigit != (i is 6 or 7 or 9 or 10 or 12 or 13 or 14)) return false;
            var value = isDigit ? token[i] - '0' : Upper(token[i]) - 'A';
            sum += i % 2 == 0 ? ItalianOdd[value] : value;
        }
        return Upper(token[15]) == 'A' + sum % 26;
    }

    private static bool IsFinnish(ReadOnlySpan<byte> token)
    {
        if (token.Length != 11 || !(token[6] is (byte)'-' or (byte)'+' || Upper(token[6]) is >= (byte)'A' and <= (byte)'F' or >= (byte)'U' and <= (byte)'Y')) return false;
        var number = 0;
        for (var i = 0; i < 10; i++)
        {
            if (i == 6) continue;
            if (!NumberPatterns.IsDigit(token[i])) return false;
            number = number * 10 + token[i] - '0';
        }
        return FinnishSigns[number % 31] == Upper(token[10]);
    }

    private static bool IsInsurance(ReadOnlySpan<byte> token)
    {
        if (token.Length != 9 || !IsPrefix(token[0], token[1]) || Upper(token[8]) is < (byte)'A' or > (byte)'D') return false;
        return token[2..8].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }

    /// <summary><c>AB 12 34 56 C</c>, the first pair of digits at this place.</summary>
    private static bool TryInsuranceInParts(ReadOnlySpan<byte> text, int at, int floor, out Find found)
    {
        found = new Find(at - 3, at + 10, "[id]"u8);
        if (at - 3 < floor || at + 10 > text.Length || !IsWhole(text, at + 10)) return false;
        if (!IsPrefix(text[at - 3], text[at - 2]) || (at - 3 > floor && NumberPatterns.IsWord(text[at - 4]))) return false;
        for (var i = -1; i < 10; i++)
        {
            var b = text[at + i];
            if (i is -1 or 2 or 5 or 8 ? b != ' ' : i < 9 ? !NumberPatterns.IsDigit(b) : Upper(b) is < (byte)'A' or > (byte)'D') return false;
        }
        return true;
    }

    private static bool IsPrefix(byte first, byte second) =>
        char.IsAsciiLetter((char)first) && char.IsAsciiLetter((char)second) && !"DFIUV"u8.Contains(Upper(first)) && !"DFIOUV"u8.Contains(Upper(second));

    private static byte Upper(byte b) => (byte)(b is >= (byte)'a' and <= (byte)'z' ? b - 0x20 : b);
}
