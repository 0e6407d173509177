using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Engagement.Core.Decisions;
using Engagement.Core.Features;
using Engagement.Core.Sites;

namespace Engagement.Core.Contracts;

/// <summary>
/// A record of <see cref="Topics.Outcomes"/>: one closed session as a feature row with its outcome, de-linked. It names no visitor and no session,
/// its hour is rounded, and its id can be joined to nothing without the site's secret. Version 1. What <c>train</c> reads.
/// </summary>
public sealed record OutcomeRecord
{
    public int V { get; init; } = 1;

    /// <summary>For dropping what was written twice: HMAC-SHA-256 of the session's id under the site's secret, cut to 64 bits, in hexadecimal.</summary>
    public required string Id { get; init; }
    public required string Site { get; init; }

    /// <summary>The hour, UTC, in which the session began.</summary>
    public required Instant Hour { get; init; }
    public required int DurationSeconds { get; init; }
    public required int Events { get; init; }
    public required VisitorState State { get; init; }

    /// <summary>The most pressing state it went through.</summary>
    public required VisitorState PeakState { get; init; }

    /// <summary>How the last offer ended; <c>held_out</c> is the comparison group.</summary>
    public required OfferStatus Offer { get; init; }
    public required int OffersMade { get; init; }
    public required int Orders { get; init; }
    public required StateNumbers Probabilities { get; init; }
    public required SessionEnd Cause { get; init; }
    public required ModelVersions ModelVersion { get; init; }
    public required string PolicyVersion { get; init; }

    /// <summary><see cref="FeatureSchema.Hash"/>.</summary>
    public required string FeatureSchema { get; init; }

    /// <summary>In the schema's order; null where a feature had no value.</summary>
    public required ImmutableArray<float?> Features { get; init; }

    /// <summary>False where no row may be kept: no permission to train, or an erased session.</summary>
    public static bool IsKept(in SessionClosed closed) =>
        (closed.Privacy & PrivacyScope.Train) != 0 && closed.Cause != SessionEnd.Erased && closed.FeatureStart >= 0;

    /// <summary>
    /// The row of one event drawn with equal chance before any order or offer: what <c>train --from</c> learns from, since <see cref="Features"/> are
    /// of the session's end (or just before its first order) and so tell of the outcome. Null where there was none, and in records written before it came.
    /// </summary>
    public DrawnRow? Drawn { get; init; }

    /// <summary>Null where no row may be kept: no permission to train, or an erased session.</summary>
    public static OutcomeRecord? From(in SessionClosed closed, ReadOnlySpan<float> features, SiteModel site, ReadOnlySpan<float> drawn = default)
    {
        if (!IsKept(closed)) return null;
        return new OutcomeRecord
        {
            Id = DelinkedId(closed.Session, site.Secret).ToString("x16", CultureInfo.InvariantCulture),
            Site = closed.Site,
            Hour = HourOf(closed.StartedAt),
            DurationSeconds = SecondsOf(closed),
            Events = closed.Events,
            State = closed.State,
            PeakState = closed.PeakState,
            Offer = closed.Offer,
            OffersMade = closed.OffersMade,
            Orders = closed.Orders,
            Probabilities = new StateNumbers(Numbers.OrNull(closed.Purposeful), Numbers.OrNull(closed.Floundering)),
            Cause = closed.Cause,
            ModelVersion = new ModelVersions(site.Purposeful?.Version, site.Floundering?.Version),
            PolicyVersion = site.Policy.Version,
            FeatureSchema = Core.Features.FeatureSchema.Hash,
            Features = RowOf(features),
            Drawn = drawn.IsEmpty ? null : new DrawnRow(closed.DrawnEvent, closed.DrawnOf, RowOf(drawn)),
        };
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ContractJson.Default.OutcomeRecord);

    /// <summary>Null for JSON null; throws <see cref="JsonException"/> on anything else that is no outcome.</summary>
    public static OutcomeRecord? FromJson(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, ContractJson.Default.OutcomeRecord);

    private static ImmutableArray<float?> RowOf(ReadOnlySpan<float> features)
    {
        var row = ImmutableArray.CreateBuilder<float?>(features.Length);
        foreach (var value in features) row.Add(float.IsFinite(value) ? value : null);
        return row.MoveToImmutable();
    }

    internal static Instant HourOf(Instant at) => new(at.UnixMs / 3_600_000 * 3_600_000);

    internal static int SecondsOf(in SessionClosed closed) => (int)(closed.EndedAt - closed.StartedAt).TotalSeconds;

    internal static ulong DelinkedId(SessionId session, SiteSecret secret)
    {
        Span<byte> message = stackalloc byte[7 + 16];
        "outcome"u8.CopyTo(message);
        BinaryPrimitives.WriteUInt64BigEndian(message[7..], session.High);
        BinaryPrimitives.WriteUInt64BigEndian(message[15..], session.Low);
        Span<byte> digest = stackalloc byte[32];
        HMACSHA256.HashData(secret.Bytes, message, digest);
        return BinaryPrimitives.ReadUInt64BigEndian(digest);
    }
}

/// <summary>A feature row as it stood right after one event of a session.</summary>
/// <param name="Event">Which of the session's events, from 1.</param>
/// <param name="Of">Of how many it was drawn.</param>
/// <param name="Features">In the schema's order; null where a feature had no value.</param>
public sealed record DrawnRow(int Event, int Of, ImmutableArray<float?> Features);
