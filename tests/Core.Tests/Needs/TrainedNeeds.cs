using Engagement.Core.Needs;
using Engagement.Training.Needs;

namespace Core.Tests.Needs;

/// <summary>A small need model, trained once from made-up questions of three topics.</summary>
internal static class TrainedNeeds
{
    private static readonly (string Topic, string[] Things, string[] Ways)[] _topics =
    [
        ("returns", ["return a parcel", "send my order back", "return label", "returning shoes"], ["how do i {0}", "{0} please", "where is {0}", "need help with {0}", "{0} without receipt"]),
        ("invoices", ["my invoice", "a bill for the order", "invoice by post", "copy of an invoice"], ["how do i get {0}", "{0} please", "where is {0}", "need help with {0}", "{0} as pdf"]),
        ("passwords", ["my password", "forgotten password", "a new password", "password reset"], ["how do i get {0}", "{0} please", "where is {0}", "need help with {0}", "{0} does not work"]),
    ];

    public static readonly List<NeedExample> Examples =
        [.. _topics.SelectMany(t => t.Things.SelectMany(thing => t.Ways.Select(way => new NeedExample(way.Replace("{0}", thing), t.Topic))))];

    public static readonly NeedData Data = new(Examples, "made up", new string('0', 64), "nobody");

    public static readonly NeedSettings Settings = NeedSettings.Default with { ColumnsMax = 600 };

    private static readonly Lazy<byte[]> _file = new(() => NeedRelease.Write(
        NeedTrainer.Train(Examples, Settings) with { Clarity = new ClarityRule(4, 2, 4, -4, 0.5f), Languages = ["en"] }, Data, Settings, "2026-11-30"));

    public static byte[] File => _file.Value;

    public static NeedModel Model => NeedModelReader.Read(File).Model!;
}
