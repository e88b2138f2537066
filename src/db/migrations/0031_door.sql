-- Doors are changed by an administrator (spec 01, 04): a name in English, closing for a while, and the addresses of the
-- former portal, below /bp/, that ministries printed on their own pages.
ALTER TABLE door ADD COLUMN english_name TEXT NOT NULL DEFAULT ''; -- '': the Turkish one is shown to all
ALTER TABLE door ADD COLUMN closed_s {int64} NOT NULL DEFAULT 0; -- no application is begun from here on; 0: open
ALTER TABLE door ADD COLUMN closed_reason TEXT NOT NULL DEFAULT ''; -- told to applicants; paragraphs as in texts
ALTER TABLE door ADD COLUMN closed_english TEXT NOT NULL DEFAULT ''; -- '': the Turkish one is shown to all

CREATE TABLE door_address (
    address TEXT PRIMARY KEY, -- 'ws.go' of /bp/ws.go
    door_id {int64} NOT NULL REFERENCES door (id)
) {strict};
CREATE INDEX door_address_door ON door_address (door_id);

UPDATE door SET english_name = 'Ministry of Health' WHERE path = 'saglik';
UPDATE door SET english_name = 'Ministry of National Education' WHERE path = 'meb';
INSERT INTO door_address (address, door_id) SELECT 'ws.go', id FROM door WHERE path = 'saglik';
INSERT INTO door_address (address, door_id) SELECT 'meb.go', id FROM door WHERE path = 'meb';
