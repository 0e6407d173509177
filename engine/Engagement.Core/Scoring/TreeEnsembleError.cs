namespace Engagement.Core.Scoring;

/// <summary>Why a model file was refused. The code on the wire and in logs is the member's name in snake_case.</summary>
public enum TreeEnsembleError : byte
{
    None = 0,

    /// <summary>Not JSON, cut short, or a field missing or of the wrong kind.</summary>
    MalformedJson,

    /// <summary>More bytes, trees, nodes or features than <see cref="Limits"/> allows.</summary>
    TooLarge,

    /// <summary>Another format, or a format version that this reader does not know.</summary>
    UnsupportedFormat,

    /// <summary>Made for another version of the feature schema: train again.</summary>
    SchemaVersionMismatch,

    /// <summary>The names of its features are not this schema's; the detail says the first that differs.</summary>
    SchemaNamesMismatch,

    /// <summary>Version and names agree but the hash does not: the file was edited.</summary>
    SchemaHashMismatch,
    ArrayLengthMismatch,
    NoTrees,
    IndexOutOfRange,

    /// <summary>A cycle, a node without parent or with two, or a node with one child.</summary>
    NotATree,

    /// <summary>Deeper than <see cref="Limits.ModelDepthMax"/>.</summary>
    TooDeep,
    NotFinite,

    /// <summary>A cover that is not above 0.</summary>
    InvalidCover,

    /// <summary>A slope not above 0, or a value that is not finite.</summary>
    InvalidCalibration,

    /// <summary>Fewer parity vectors than <see cref="Limits.ModelParityVectorsMin"/>.</summary>
    ParityMissing,

    /// <summary>The evaluator does not give what the trainer gave; the detail says the vector and both values.</summary>
    ParityMismatch,

    /// <summary>The spread in training is there but makes no sense; the detail says where.</summary>
    InvalidReference,
}
