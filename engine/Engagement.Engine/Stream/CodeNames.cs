using System.Collections.Frozen;
using System.Text;
using Engagement.Core.Decisions;

namespace Engagement.Engine.Stream;

/// <summary>Wire codes of the closed enums: the member's name in snake_case, made once. Thread-safe, allocation-free.</summary>
internal static class CodeNames
{
    private static readonly string[] BlockerBits = BitNames<Blockers>();

    /// <summary>Code of one bit, 0 to 31.</summary>
    public static string BlockerOf(int bit) => BlockerBits[bit];

    public static string Of<T>(T value) where T : struct, Enum => Names<T>.Codes.TryGetValue(value, out var code) ? code : "unknown";

    private static string[] BitNames<T>() where T : struct, Enum
    {
        var names = new string[32];
        for (var bit = 0; bit < 32; bit++)
        {
            var name = Enum.GetName((T)Enum.ToObject(typeof(T), 1u << bit));
            names[bit] = name is null ? "unknown" : ToSnakeCase(name);
        }
        return names;
    }

    public static string ToSnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0) text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }

    private static class Names<T> where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> Codes =
            Enum.GetValues<T>().Distinct().ToFrozenDictionary(v => v, v => ToSnakeCase(v.ToString()));
    }
}
