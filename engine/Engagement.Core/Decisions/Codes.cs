using System.Collections.Immutable;
using System.Numerics;
using System.Text.Json;

namespace Engagement.Core.Decisions;

/// <summary>Wire codes of states, reasons and blockers: the member's name in snake_case. Stable. Lookups allocate nothing; thread-safe.</summary>
public static class Codes
{
    private static readonly ImmutableArray<string> _states = NamesOf<VisitorState>();
    private static readonly ImmutableArray<string> _offers = NamesOf<OfferStatus>();
    private static readonly ImmutableArray<string> _reasons = BitNamesOf<Reasons>(r => (uint)r);
    private static readonly ImmutableArray<string> _blockers = BitNamesOf<Blockers>(b => (uint)b);

    public static string Of(VisitorState state) => _states[(int)state];

    public static string Of(OfferStatus status) => _offers[(int)status];

    /// <summary>Of exactly one reason; throws <see cref="ArgumentException"/> for none or several.</summary>
    public static string Of(Reasons reason) => _reasons[BitOf((uint)reason)];

    /// <summary>Of exactly one blocker; throws <see cref="ArgumentException"/> for none or several.</summary>
    public static string Of(Blockers blocker) => _blockers[BitOf((uint)blocker)];

    /// <summary>Each reason that is set, in declaration order.</summary>
    public static IEnumerable<Reasons> Split(Reasons reasons) => Bits((uint)reasons).Select(b => (Reasons)b);

    /// <summary>Each blocker that is set, in the order of deciding.</summary>
    public static IEnumerable<Blockers> Split(Blockers blockers) => Bits((uint)blockers).Select(b => (Blockers)b);

    /// <summary>Codes of all reasons that are set.</summary>
    public static ImmutableArray<string> Of(IEnumerable<Reasons> reasons) => [.. reasons.Select(Of)];

    /// <summary>Codes of all blockers that are set.</summary>
    public static ImmutableArray<string> Of(IEnumerable<Blockers> blockers) => [.. blockers.Select(Of)];

    private static List<uint> Bits(uint flags)
    {
        var bits = new List<uint>(BitOperations.PopCount(flags));
        for (; flags != 0; flags &= flags - 1) bits.Add(flags & (~flags + 1));
        return bits;
    }

    private static int BitOf(uint flag) =>
        BitOperations.IsPow2(flag) ? BitOperations.TrailingZeroCount(flag) : throw new ArgumentException("not exactly one flag", nameof(flag));

    private static ImmutableArray<string> NamesOf<T>() where T : struct, Enum => [.. Enum.GetNames<T>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    private static ImmutableArray<string> BitNamesOf<T>(Func<T, uint> bits) where T : struct, Enum
    {
        var names = new string[32];
        Array.Fill(names, "unknown");
        foreach (var value in Enum.GetValues<T>())
            if (BitOperations.IsPow2(bits(value))) names[BitOf(bits(value))] = JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
        return [.. names];
    }
}
