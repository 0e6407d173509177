using System.Buffers.Text;

namespace Engagement.Core.Events;

/// <summary>The text of an <see cref="OfferId"/> as UTF-8: <c>o_{32 hex}_{ordinal}</c>. Allocates nothing; thread-safe.</summary>
internal static class OfferText
{
    public static bool TryParse(ReadOnlySpan<byte> text, out OfferId offer)
    {
        offer = default;
        if (text.Length is < 36 or > 38 || text[0] != 'o' || text[1] != '_' || text[34] != '_') return false;
        if (!Identifiers.TryReadHex(text[2..18], out var high) || !Identifiers.TryReadHex(text[18..34], out var low)) return false;
        if (!Utf8Parser.TryParse(text[35..], out uint ordinal, out var read) || read != text.Length - 35 || ordinal == 0) return false;
        offer = new OfferId(new SessionId(high, low), (int)ordinal);
        return true;
    }
}
