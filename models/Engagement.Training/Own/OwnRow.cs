using Engagement.Core;

namespace Engagement.Training.Own;

/// <summary>One session of the site: the row of a drawn event, and what came of it.</summary>
/// <param name="Id">De-linked; tells doubles.</param>
/// <param name="Hour">In which the session began.</param>
public sealed record OwnRow(string Id, Instant Hour, float[] Features, bool Outcome);

/// <summary>What a log of outcomes held.</summary>
/// <param name="Rows">By hour, then by id.</param>
/// <param name="Sha256">Of the lines, in hexadecimal.</param>
/// <param name="Skipped">Records that were left out, by cause.</param>
public sealed record OwnRows(string Site, IReadOnlyList<OwnRow> Rows, string Sha256, IReadOnlyDictionary<string, int> Skipped);
