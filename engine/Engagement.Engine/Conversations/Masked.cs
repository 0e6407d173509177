using System.Text;
using Engagement.Core.Privacy;

namespace Engagement.Engine.Conversations;

/// <summary>Free text that more than one person will read: personal data gives way to a marker, as everywhere in the log. Pure.</summary>
internal static class Masked
{
    public static string Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var masked = new byte[PersonalDataMasker.MaskedBytesMax(bytes.Length)];
        return PersonalDataMasker.TryMask(bytes, MaskScope.Text, masked, out var written) ? Encoding.UTF8.GetString(masked, 0, written) : text;
    }

    /// <summary>Enough to be known by whoever knows it: <c>a…@example.com</c>, <c>…89</c>.</summary>
    public static string Address(string address)
    {
        var at = address.LastIndexOf('@');
        return at > 0 ? $"{address[0]}…{address[at..]}" : $"…{address[Math.Max(0, address.Length - 2)..]}";
    }
}
