using System.Buffers.Binary;

namespace Engagement.Core.Decisions;

/// <summary>
/// Who is held out: a share of the sessions, by a hash of the session's id, so that a rebuild, a replay and every node agree and nobody can be
/// chosen. Pure, allocates nothing.
/// </summary>
public static class HoldoutPolicy
{
    /// <summary>Apart from every other use of the id's bits.</summary>
    private const ulong Seed = 0x5D1E_3A77_C0FF_4E11;

    /// <param name="share">0 (nobody) to 1 (everybody).</param>
    public static bool IsHeldOut(SessionId session, float share)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, session.High);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], session.Low);
        var draw = (Identifiers.Hash64(bytes, Seed) >> 11) * (1.0 / (1UL << 53));
        return draw < share;
    }
}
