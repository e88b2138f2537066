-- People are searched for by words of their names (spec 10, The keeper): keyed hashes of the folded words.
CREATE TABLE person_name_tag (
    person_id {int64} NOT NULL REFERENCES person (id),
    tag {bytes} NOT NULL,
    PRIMARY KEY (person_id, tag)
) {strict};
CREATE INDEX person_name_tag_of ON person_name_tag (tag, person_id);
