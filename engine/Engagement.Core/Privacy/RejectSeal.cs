using System.Security.Cryptography;

namespace Engagement.Core.Privacy;

/// <summary>
/// Seals what a rejected event was, with AES-256-GCM (NIST SP 800-38D) under the key of its visitor: without that key nobody reads it, in no copy of the log.
/// <c>version ‖ nonce ‖ ciphertext ‖ tag</c>. Pure; thread-safe.
/// </summary>
public static class RejectSeal
{
    public const int KeyBytes = 32;
    public const int NonceBytes = 12;

    private const byte Version = 1;
    private const int TagBytes = 16;
    private const int HeadBytes = 1 + NonceBytes;

    /// <summary>Bytes that a sealed text of so many has.</summary>
    public static int SealedBytes(int length) => HeadBytes + length + TagBytes;

    /// <param name="key"><see cref="KeyBytes"/>.</param>
    /// <param name="nonce"><see cref="NonceBytes"/>, random: never the same twice under one key.</param>
    /// <param name="place">Where it is kept, as <see cref="Contracts.RejectRecord.PlaceOf"/> says: elsewhere it does not open.</param>
    /// <param name="original">What is sealed.</param>
    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> place, ReadOnlySpan<byte> original)
    {
        var box = new byte[SealedBytes(original.Length)];
        box[0] = Version;
        nonce.CopyTo(box.AsSpan(1));
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(nonce, original, box.AsSpan(HeadBytes, original.Length), box.AsSpan(HeadBytes + original.Length), place);
        return box;
    }

    /// <summary>False where it was sealed under another key or for another place, was changed since, or is no such thing.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> key, ReadOnlySpan<byte> place, ReadOnlySpan<byte> box, out byte[] original)
    {
        original = [];
        if (key.Length != KeyBytes || box.Length < SealedBytes(0) || box[0] != Version) return false;
        var opened = new byte[box.Length - SealedBytes(0)];
        using var cipher = new AesGcm(key, TagBytes);
        try
        {
            cipher.Decrypt(box.Slice(1, NonceBytes), box.Slice(HeadBytes, opened.Length), box[(HeadBytes + opened.Length)..], opened, place);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        original = opened;
        return true;
    }
}
