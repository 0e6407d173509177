using System.Buffers;

namespace Engagement.Core.Privacy;

/// <summary>What a text is, which says what may be searched in it.</summary>
public enum MaskScope : byte
{
    /// <summary>Free text: everything is looked for; secrets in parameters too where it holds a URL.</summary>
    Text = 0,

    /// <summary>A URL: everything, with <c>+</c>, <c>%20</c> and <c>%40</c> read as they are meant.</summary>
    Url,

    /// <summary>An id of the site's own (product, article): digits mean the thing, so that only e-mail addresses and secrets are looked for.</summary>
    Identifier,
}

/// <summary>
/// Takes personal data out of text before anything is stored: e-mail addresses, phone, card and account numbers, numbers that a
/// state gives to a person, secrets in URLs and behind their names. What is found gives way to <c>[email]</c>, <c>[phone]</c>, <c>[card]</c>,
/// <c>[iban]</c>, <c>[id]</c> or <c>[secret]</c>. How much is found is measured on a labelled list (<c>MaskingMeasureTests</c>). Where telling is impossible it masks: a lost order
/// number harms nobody. Thread-safe; allocates nothing. Patterns, not understanding: names and addresses in prose are not found.
/// </summary>
public static class PersonalDataMasker
{
    private static readonly SearchValues<byte> s_suspicious = SearchValues.Create("@%=:([0123456789"u8);

    /// <summary>Room that <see cref="TryMask"/> may need for a text of this length: the shortest find, <c>pin=1</c>, grows to a marker.</summary>
    public static int MaskedBytesMax(int length) => 3 * length + 16;

    /// <summary>
    /// False, and nothing written, where nothing was found: the text stands as it is. True: the masked text is in
    /// <paramref name="destination"/>, which must hold <see cref="MaskedBytesMax"/>. Hot.
    /// </summary>
    public static bool TryMask(ReadOnlySpan<byte> text, MaskScope scope, Span<byte> destination, out int written)
    {
        written = 0;
        var first = text.IndexOfAny(s_suspicious);
        var token = text.IndexOf("eyJ"u8);
        if (first < 0 && token < 0) return false;
        if (scope == MaskScope.Text && text.IndexOf("://"u8) >= 0) scope = MaskScope.Url;

        var copied = 0;
        var at = token < 0 || (first >= 0 && first < token) ? first : token;
        while (at < text.Length)
        {
            if (TryFind(text, at, copied, scope, out var found))
            {
                text[copied..found.Start].CopyTo(destination[written..]);
                written += found.Start - copied;
                found.Marker.CopyTo(destination[written..]);
                written += found.Marker.Length;
                copied = found.End;
                at = found.End;
            }
            else
            {
                at = Math.Max(at + 1, found.End);
            }
            at = NextSuspicious(text, at, token);
        }
        if (copied == 0) return false;
        text[copied..].CopyTo(destination[written..]);
        written += text.Length - copied;
        return true;
    }

    private static int NextSuspicious(ReadOnlySpan<byte> text, int at, int token)
    {
        if (at >= text.Length) return text.Length;
        var next = text[at..].IndexOfAny(s_suspicious);
        var position = next < 0 ? text.Length : at + next;
        if (token < 0) return position;
        var nextToken = text[at..].IndexOf("eyJ"u8);
        return nextToken < 0 ? position : Math.Min(position, at + nextToken);
    }

    private static bool IsHex(byte b) => char.IsAsciiHexDigit((char)b);

    /// <summary>What begins at, or is given away by, the byte at <paramref name="at"/>; text before <paramref name="floor"/> is done with.</summary>
    private static bool TryFind(ReadOnlySpan<byte> text, int at, int floor, MaskScope scope, out Find found)
    {
        switch (text[at])
        {
            case (byte)'@':
                return SecretPatterns.TryUserInfo(text, at, floor, out found) || EmailPattern.TryFind(text, at, 1, floor, out found);
            case (byte)'%':
                var sign = EmailPattern.EncodedAtLength(text, at);
                // Digits of an encoded sign are no part of the number behind it.
                found = new Find(at, scope == MaskScope.Url && at + 2 < text.Length && IsHex(text[at + 1]) && IsHex(text[at + 2]) ? at + 3 : at, default);
                return sign > 0 && EmailPattern.TryFind(text, at, sign, floor, out found);
            case (byte)'(' or (byte)'[':
                var written = EmailPattern.WrittenAtLength(text, at);
                found = default;
                return written > 0 && EmailPattern.TryFindWritten(text, at, written, floor, out found);
            case (byte)':':
                return SecretPatterns.TryLabelled(text, at, out found);
            case (byte)'=':
                return SecretPatterns.TryParameter(text, at, floor, out found);
            case (byte)'e':
                return SecretPatterns.TryWebToken(text, at, out found);
            default:
                return NumberPatterns.TryFind(text, at, floor, scope, out found);
        }
    }
}

/// <summary>A stretch of text to give way to a marker; where nothing was found, <see cref="End"/> is how far the search has looked.</summary>
internal readonly ref struct Find(int start, int end, ReadOnlySpan<byte> marker)
{
    public readonly int Start = start;
    public readonly int End = end;
    public readonly ReadOnlySpan<byte> Marker = marker;
}
